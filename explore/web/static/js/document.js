// fetchDocument gives a page of ours as a document that is not shown, or fails.
export async function fetchDocument(href, signal) {
	const answer = await fetch(href, { signal, headers: { Accept: "text/html" } });
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	if (!answer.ok) throw new Error(page.querySelector("h1")?.textContent ?? answer.statusText);
	return page;
}
