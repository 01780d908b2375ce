// The way in that README.md has for Go programs made for Gmail: its block is run as it stands there.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run ways_in.go http://127.0.0.1:7070
//
// GOPATH is where Google's client is; Debian's package golang-google-api-dev puts it there.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

const documented = "http://127.0.0.1:7070"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ways_in.go http://127.0.0.1:PORT")
		os.Exit(2)
	}
	base := strings.TrimSuffix(os.Args[1], "/")
	checks := []struct {
		name     string
		files    map[string]string
		expected string
	}{
		{"G70: Go by WithEndpoint: calls", program(base, ""), "rina@example.com\n"},
		{"G70: Go by WithEndpoint: media, whole and in pieces", program(base, "insertMedia(service)\n"), "rina@example.com\ntrue\ntrue\n"},
	}
	failed := 0
	for _, check := range checks {
		if printed, err := run(check.files); err != nil || printed != check.expected {
			fmt.Printf("FAIL  %s\n   found %q (%v)\nexpected %q\n", check.name, printed, err, check.expected)
			failed++
		} else {
			fmt.Println("ok   ", check.name)
		}
	}
	fmt.Printf("%d of %d checks passed\n", len(checks)-failed, len(checks))
	if failed > 0 {
		os.Exit(1)
	}
}

// The files of README's program for this server, with more said at its end.
func program(base, more string) map[string]string {
	block := block("WithEndpoint")
	end := strings.LastIndex(block, "}")
	return map[string]string{
		"main.go":  strings.ReplaceAll(block[:end], documented, base) + more + block[end:],
		"media.go": media,
	}
}

// The block of README.md that has these words.
func block(mark string) string {
	_, here, _, _ := runtime.Caller(0)
	readme, err := os.ReadFile(filepath.Join(filepath.Dir(here), "../../../../README.md"))
	must(err)
	for _, found := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1) {
		if strings.Contains(found[1], mark) && strings.Contains(found[1], documented) {
			return found[1]
		}
	}
	panic("README.md has no block for Go with " + mark)
}

// What a program of these files prints.
func run(files map[string]string) (string, error) {
	folder, err := os.MkdirTemp("", "dak-ways-in-")
	must(err)
	defer os.RemoveAll(folder)
	command := exec.Command("go", "run")
	for name, text := range files {
		path := filepath.Join(folder, name)
		must(os.WriteFile(path, []byte(text), 0o600))
		command.Args = append(command.Args, path)
	}
	command.Stderr = os.Stderr
	printed, err := command.Output()
	return string(printed), err
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

const media = `package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log"

	"google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// Inserts a mail that goes at once and one that goes in three pieces, and says whether they come back as they were.
func insertMedia(service *gmail.Service) {
	for _, size := range []int{10, 600 << 10} {
		letter := []byte("From: karim@example.com\r\nTo: rina@example.com\r\nSubject: From Go\r\n\r\n")
		letter = append(letter, bytes.Repeat([]byte("Hello "), size/6)...)
		kind, pieces := googleapi.ContentType("message/rfc822"), googleapi.ChunkSize(256<<10)
		message := &gmail.Message{LabelIds: []string{"INBOX"}}
		made, err := service.Users.Messages.Insert("me", message).Media(bytes.NewReader(letter), kind, pieces).Do()
		if err != nil {
			log.Fatal(err)
		}
		read, err := service.Users.Messages.Get("me", made.Id).Format("raw").Do()
		if err != nil {
			log.Fatal(err)
		}
		raw, err := base64.URLEncoding.DecodeString(read.Raw)
		fmt.Println(err == nil && bytes.Equal(raw, letter))
	}
}
`
