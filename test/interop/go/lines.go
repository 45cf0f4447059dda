package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"os"
	"sync"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p"
)

// event is a line of output.
type event map[string]any

// command is a line of input. Messages to send are Count in number, or one; their payload is Hex, or without it Size
// bytes: random ones, or where Compressible is set random ones that repeat.
type command struct {
	Cmd          string  `json:"cmd"`
	Capability   string  `json:"capability"`
	ID           uint64  `json:"id"`
	Hex          *string `json:"hex"`
	Size         int     `json:"size"`
	Compressible bool    `json:"compressible"`
	Count        int     `json:"count"`
	Reason       uint8   `json:"reason"`
	Milliseconds int     `json:"ms"`
	Enode        string  `json:"enode"`
}

const period = 1024

func (c command) payload() ([]byte, error) {
	if c.Hex != nil {
		return hex.DecodeString(*c.Hex)
	}
	payload := make([]byte, c.Size)
	random := payload
	if c.Compressible {
		random = payload[:min(period, c.Size)]
	}
	_, err := rand.Read(random)
	for filled := len(random); filled < c.Size; filled *= 2 {
		copy(payload[filled:], payload[:filled])
	}
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

// messages are some of a capability that are reported together, with the hash of all their payloads.
type messages struct {
	count, size int
	hash        hash.Hash
}

func newMessages() *messages {
	return &messages{hash: sha256.New()}
}

func (m *messages) add(payload []byte) {
	m.count++
	m.size += len(payload)
	m.hash.Write(payload)
}

// messagesEvent has the id of the last of them.
func messagesEvent(name, capability string, id uint64, m *messages) event {
	return event{
		"event": name, "capability": capability, "id": id,
		"count": m.count, "size": m.size, "sha256": hex.EncodeToString(m.hash.Sum(nil)),
	}
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
