package main

import (
	"encoding/json"
	"io"
	"sync"
)

// command is a line of JSON on the standard input. Each gets one answer with its id.
type command struct {
	ID  int    `json:"id"`
	Cmd string `json:"cmd"`
	// Of serve: the file; of fetch: where the content goes.
	Path string `json:"path"`
	// Of serve: what the manifest says; a BlockSize of 0 means 64 KiB.
	Name      string `json:"name"`
	Type      string `json:"type"`
	BlockSize uint64 `json:"blockSize"`
	// Of fetch, provide and find: a manifest.
	CID string `json:"cid"`
	// Of dial and fetch: multiaddrs with a peer id. A fetch without any asks Kademlia.
	Addresses []string `json:"addresses"`
}

// fields are what an event says: a line of JSON on the standard output.
type fields map[string]any

type events struct {
	mutex  sync.Mutex
	writer *json.Encoder
}

func newEvents(w io.Writer) *events { return &events{writer: json.NewEncoder(w)} }

func (e *events) say(what string, details fields) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	line := fields{"event": what}
	for name, value := range details {
		line[name] = value
	}
	// Whoever does not listen any more has ended this process, or is about to.
	_ = e.writer.Encode(line)
}

func (e *events) answer(id int, result any, err error) {
	if err != nil {
		e.say("failed", fields{"id": id, "error": err.Error()})
		return
	}
	e.say("done", fields{"id": id, "result": result})
}
