package main

import (
	"bytes"
	"errors"
	"net"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p/rlpx"
)

const messageID = 16

// memory is a connection to itself: what is written to it is read from it.
type memory struct {
	net.Conn
	bytes.Buffer
}

func (m *memory) Read(b []byte) (int, error)  { return m.Buffer.Read(b) }
func (m *memory) Write(b []byte) (int, error) { return m.Buffer.Write(b) }

// timeOf returns the microseconds that one run takes, over a slice of time.
func timeOf(sliceMs int, run func() error) (float64, error) {
	begin, slice, runs, batch := time.Now(), time.Duration(sliceMs)*time.Millisecond, 0, 1
	for {
		for range batch {
			if err := run(); err != nil {
				return 0, err
			}
		}
		runs += batch
		elapsed := time.Since(begin)
		if elapsed >= slice {
			return float64(elapsed.Nanoseconds()) / 1000 / float64(runs), nil
		}
		// the clock is looked at seldom enough not to be felt
		batch = max(1, int(float64(runs)*min(slice/8, slice-elapsed).Seconds()/elapsed.Seconds()))
	}
}

// codec turns messages to frames and back: one connection writes what the other one reads.
func codec(c command) (float64, error) {
	aes, mac := make([]byte, 32), make([]byte, 32)
	wire := &memory{}
	writer, reader := rlpx.NewConn(wire, nil), rlpx.NewConn(wire, nil)
	for _, conn := range []*rlpx.Conn{writer, reader} {
		conn.InitWithSecrets(rlpx.Secrets{AES: aes, MAC: mac, EgressMAC: crypto.NewKeccakState(), IngressMAC: crypto.NewKeccakState()})
		conn.SetSnappy(c.Snappy)
	}
	return timeOf(c.SliceMs, func() error {
		if _, err := writer.Write(messageID, c.Payload); err != nil {
			return err
		}
		_, data, _, err := reader.Read()
		if err == nil && len(data) != len(c.Payload) {
			err = errors.New("the message did not come through")
		}
		return err
	})
}

// handshake makes both sides of one, with static keys that are there already.
func handshake(c command) (float64, error) {
	ours, err := crypto.GenerateKey()
	if err != nil {
		return 0, err
	}
	theirs, err := crypto.GenerateKey()
	if err != nil {
		return 0, err
	}
	return timeOf(c.SliceMs, func() error {
		dialled, accepted := net.Pipe()
		done := make(chan error)
		go func() {
			_, err := rlpx.NewConn(accepted, nil).Handshake(theirs)
			done <- err
		}()
		_, err := rlpx.NewConn(dialled, &theirs.PublicKey).Handshake(ours)
		return errors.Join(err, <-done)
	})
}
