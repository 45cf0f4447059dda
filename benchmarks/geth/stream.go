package main

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"net"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p/rlpx"
)

// A run begins with how many messages there are, and ends with a word of the receiver.
const (
	beginID = 16 + iota
	dataID
	doneID
)

var dialled *rlpx.Conn

type listening struct {
	Address string `json:"address"`
	ID      []byte `json:"id"`
}

// listen takes connections and whatever comes over them.
func listen() (listening, error) {
	key, err := crypto.GenerateKey()
	if err != nil {
		return listening{}, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return listening{}, err
	}
	go func() {
		for {
			socket, err := listener.Accept()
			if err != nil {
				return
			}
			conn := rlpx.NewConn(socket, nil)
			if _, err := conn.Handshake(key); err == nil {
				conn.SetSnappy(true)
				go receive(conn)
			}
		}
	}()
	return listening{listener.Addr().String(), crypto.FromECDSAPub(&key.PublicKey)}, nil
}

func receive(conn *rlpx.Conn) {
	var left uint32
	for {
		id, data, _, err := conn.Read()
		if err != nil {
			return
		}
		if id == beginID {
			left = binary.BigEndian.Uint32(data)
			continue
		}
		if left--; left == 0 {
			if _, err := conn.Write(doneID, nil); err != nil {
				return
			}
		}
	}
}

func dial(c command) error {
	key, err := crypto.GenerateKey()
	if err != nil {
		return err
	}
	remote, err := crypto.UnmarshalPubkey(c.ID)
	if err != nil {
		return err
	}
	socket, err := net.Dial("tcp", c.Address)
	if err != nil {
		return err
	}
	dialled = rlpx.NewConn(socket, remote)
	_, err = dialled.Handshake(key)
	dialled.SetSnappy(true)
	return err
}

// send returns the milliseconds until the last of the messages has been received.
func send(c command) (float64, error) {
	payload := make([]byte, c.Size)
	if _, err := rand.Read(payload); err != nil {
		return 0, err
	}
	begin := time.Now()
	if _, err := dialled.Write(beginID, binary.BigEndian.AppendUint32(nil, uint32(c.Count))); err != nil {
		return 0, err
	}
	for range c.Count {
		if _, err := dialled.Write(dataID, payload); err != nil {
			return 0, err
		}
	}
	id, _, _, err := dialled.Read()
	if err == nil && id != doneID {
		err = errors.New("the receiver said something else")
	}
	return time.Since(begin).Seconds() * 1000, err
}
