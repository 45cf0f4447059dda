// Command peer is a devp2p peer made of go-ethereum's p2p.Server and toy capabilities. It prints one JSON object per line
// on standard output for everything that happens, takes one per line as a command on standard input, and ends when that
// is closed. go-ethereum's own log goes to standard error.
package main

import (
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/log"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/p2p/enode"
)

var (
	listen   = flag.String("listen", "127.0.0.1:0", "address to listen on")
	dial     = flag.String("dial", "", "enode URL of a peer to dial")
	key      = flag.String("key", "", "private key, 64 hex digits (default random)")
	caps     = flag.String("caps", "aaa/1:2", "capabilities, name/version:length, separated by commas")
	echo     = flag.Bool("echo", true, "answer each message 0 with a message 1 of the same payload")
	batch    = flag.Int("batch", 1, "messages of a capability that are reported together")
	dials    = flag.Bool("dials", false, "dial the peers that are added, which takes one place of maxpeers")
	maxPeers = flag.Int("maxpeers", 50, "peers at a time")
)

func main() {
	flag.Parse()
	log.SetDefault(log.NewLogger(log.NewTerminalHandlerWithLevel(os.Stderr, log.LevelTrace, false)))
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	privateKey, err := parseKey(*key)
	if err != nil {
		return err
	}
	sessions := newSessions()
	protocols, err := parseCaps(*caps, sessions)
	if err != nil {
		return err
	}
	server := &p2p.Server{Config: p2p.Config{
		Name:        "libp2p-rlpx-interop/v1",
		PrivateKey:  privateKey,
		ListenAddr:  *listen,
		NoDiscovery: true,
		NoDial:      *dial == "" && !*dials, // which leaves all of maxpeers to inbound connections
		DialRatio:   *maxPeers,
		MaxPeers:    *maxPeers,
		Protocols:   protocols,
	}}
	if *dial != "" {
		node, err := enode.ParseV4(*dial)
		if err != nil {
			return err
		}
		server.StaticNodes = []*enode.Node{node}
	}
	changes := make(chan *p2p.PeerEvent)
	server.SubscribeEvents(changes)
	go sessions.watch(changes)
	if err := server.Start(); err != nil {
		return err
	}
	defer server.Stop()
	emit(event{"event": "listening", "enode": server.Self().URLv4()})
	return obey(server, sessions)
}

func parseKey(text string) (*ecdsa.PrivateKey, error) {
	if text == "" {
		return crypto.GenerateKey()
	}
	return crypto.HexToECDSA(text)
}

func parseCaps(list string, sessions *sessions) ([]p2p.Protocol, error) {
	var protocols []p2p.Protocol
	for _, text := range strings.Split(list, ",") {
		var version uint
		var length uint64
		name, numbers, _ := strings.Cut(text, "/")
		if _, err := fmt.Sscanf(numbers, "%d:%d", &version, &length); err != nil {
			return nil, fmt.Errorf("capability %q is not name/version:length", text)
		}
		if *echo && length < 2 {
			return nil, fmt.Errorf("capability %q has no message 1 to echo with", text)
		}
		capability := p2p.Cap{Name: name, Version: version}
		protocols = append(protocols, p2p.Protocol{
			Name:    name,
			Version: version,
			Length:  length,
			Run: func(peer *p2p.Peer, channel p2p.MsgReadWriter) error {
				return sessions.run(peer, capability.String(), channel)
			},
		})
	}
	return protocols, nil
}

// obey carries out commands until one says stop or the input ends. Messages are sent in the order of their commands;
// the other commands do not wait for a peer that does not read.
func obey(server *p2p.Server, sessions *sessions) error {
	sends := make(chan command, 1024)
	defer close(sends)
	go func() {
		for c := range sends {
			sessions.send(c)
		}
	}()
	for input := json.NewDecoder(os.Stdin); ; {
		var c command
		if err := input.Decode(&c); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch c.Cmd {
		case "send":
			sends <- c
		case "disconnect":
			sessions.disconnect(p2p.DiscReason(c.Reason))
		case "sleep":
			sessions.sleep(time.Duration(c.Milliseconds) * time.Millisecond)
		case "stop":
			return nil
		default:
			if err := manage(server, c); err != nil {
				return err
			}
		}
	}
}

// manage does what geth's admin API does by these names.
func manage(server *p2p.Server, c command) error {
	node, err := enode.ParseV4(c.Enode)
	if err != nil {
		return fmt.Errorf("command %q: %w", c.Cmd, err)
	}
	switch c.Cmd {
	case "addPeer":
		server.AddPeer(node)
	case "removePeer":
		server.RemovePeer(node)
	case "addTrustedPeer":
		server.AddTrustedPeer(node)
	case "removeTrustedPeer":
		server.RemoveTrustedPeer(node)
	default:
		return fmt.Errorf("unknown command %q", c.Cmd)
	}
	return nil
}
