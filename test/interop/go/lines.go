package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"sync"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p"
)

// event is a line of output.
type event map[string]any

// command is a line of input. The payload of a message to send is Hex, or without it Size random bytes.
type command struct {
	Cmd        string  `json:"cmd"`
	Capability string  `json:"capability"`
	ID         uint64  `json:"id"`
	Hex        *string `json:"hex"`
	Size       int     `json:"size"`
	Reason     uint8   `json:"reason"`
}

func (c command) payload() ([]byte, error) {
	if c.Hex != nil {
		return hex.DecodeString(*c.Hex)
	}
	payload := make([]byte, c.Size)
	_, err := rand.Read(payload)
	return payload, err
}

var output = struct {
	sync.Mutex
	*json.Encoder
}{Encoder: json.NewEncoder(os.Stdout)}

func emit(e event) {
	output.Lock()
	defer output.Unlock()
	output.Encode(e)
}

func helloEvent(peer *p2p.Peer) event {
	caps := []string{}
	for _, capability := range peer.Caps() {
		caps = append(caps, capability.String())
	}
	return event{"event": "hello", "id": nodeID(peer), "name": peer.Fullname(), "caps": caps}
}

func messageEvent(name, capability string, id uint64, payload []byte) event {
	hash := sha256.Sum256(payload)
	return event{"event": name, "capability": capability, "id": id, "size": len(payload), "sha256": hex.EncodeToString(hash[:])}
}

// disconnectEvent has a reason where the error is one, sent by either side.
func disconnectEvent(peer *p2p.Peer, text string) event {
	e := event{"event": "disconnect", "id": nodeID(peer), "error": text}
	for code := range 256 {
		if p2p.DiscReason(code).String() == text {
			e["reason"] = code
			break
		}
	}
	return e
}

func nodeID(peer *p2p.Peer) string {
	return hex.EncodeToString(crypto.FromECDSAPub(peer.Node().Pubkey())[1:])
}
