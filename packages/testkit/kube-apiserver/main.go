// Package main is etcd and kube-apiserver in one binary, for integration tests
// that want a real Kubernetes API server without a cluster. It picks the
// program by the name it was started under, else by its first argument.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	if os.Getenv("SYMBOLON_EXIT_WITH_STDIN") != "" {
		go exitWithStdin()
	}
	program := filepath.Base(os.Args[0])
	if !isKnown(program) && len(os.Args) > 1 {
		// Drop the first argument, so that the program sees its own flags only.
		program = os.Args[1]
		os.Args = append([]string{program}, os.Args[2:]...)
	}
	switch program {
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		os.Exit(cli.Run(app.NewAPIServerCommand()))
	default:
		fmt.Fprintln(os.Stderr, "usage: symbolon-kube etcd|kube-apiserver [flags]")
		os.Exit(2)
	}
}

func isKnown(program string) bool {
	return program == "etcd" || program == "kube-apiserver"
}

// exitWithStdin ends the process when its standard input closes. The parent
// holds the other end, so no server outlives it, however it dies.
func exitWithStdin() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}
