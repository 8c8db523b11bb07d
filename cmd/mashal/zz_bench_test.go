package main
import ("testing";"os";"io";"strings")
func BenchmarkZZ(b *testing.B){
 for _, q := range []string{"rock","ארץ","the"} { b.Run(q, func(b *testing.B){
 for b.Loop(){ if run(b.Context(), []string{"search",q,"--dir","/tmp/ib/d"}, strings.NewReader(""), io.Discard, io.Discard, os.Getenv)!=0 {b.Fatal()} }
 })}
}
