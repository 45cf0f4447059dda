// Command bench measures go-ethereum's p2p/rlpx. It takes commands on standard input and answers each on standard output,
// JSON objects, one a line, and ends when standard input is closed. All of it runs on one core, as JavaScript does.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
)

// command is a line of input; which fields count depends on Cmd.
type command struct {
	Cmd     string `json:"cmd"`
	Payload []byte `json:"payload"`
	Size    int    `json:"size"`
	Count   int    `json:"count"`
	Snappy  bool   `json:"snappy"`
	SliceMs int    `json:"sliceMs"`
	Address string `json:"address"`
	ID      []byte `json:"id"`
}

type answer struct {
	Event string `json:"event"`
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	runtime.GOMAXPROCS(1)
	input, output := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var c command
		if input.Decode(&c) != nil {
			return
		}
		value, err := obey(c)
		if err != nil {
			output.Encode(answer{Event: "answer", Error: err.Error()})
		} else {
			output.Encode(answer{Event: "answer", Value: value})
		}
	}
}

func obey(c command) (any, error) {
	switch c.Cmd {
	case "codec":
		return codec(c)
	case "handshake":
		return handshake(c)
	case "listen":
		return listen()
	case "dial":
		return true, dial(c)
	case "send":
		return send(c)
	default:
		return nil, fmt.Errorf("unknown command %q", c.Cmd)
	}
}
