package main

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/p2p"
)

var errNotShared = errors.New("no connected peer shares the capability")

// session is one connection after Hello, with the channels of its shared capabilities by name/version.
type session struct {
	peer     *p2p.Peer
	channels map[string]p2p.MsgReadWriter
}

// sessions are keyed by remote address, as a peer may be back before the end of its last connection is reported.
type sessions struct {
	mutex     sync.Mutex
	byAddress map[string]*session
	reading   sync.RWMutex
}

func newSessions() *sessions {
	return &sessions{byAddress: make(map[string]*session)}
}

// run is the protocol handler of a capability.
func (s *sessions) run(peer *p2p.Peer, capability string, channel p2p.MsgReadWriter) error {
	s.add(peer, capability, channel)
	received := newMessages()
	for {
		s.awake()
		message, err := channel.ReadMsg()
		if err != nil {
			return err
		}
		payload, err := io.ReadAll(message.Payload)
		if err != nil {
			return err
		}
		if received.add(payload); received.count == *batch {
			emit(messagesEvent("message", capability, message.Code, received))
			received = newMessages()
		}
		if *echo && message.Code == 0 {
			if err := write(channel, 1, payload); err != nil {
				return err
			}
		}
	}
}

// sleep has no capability read a message for a while, but for the one that it may be waiting for.
func (s *sessions) sleep(duration time.Duration) {
	s.reading.Lock()
	emit(event{"event": "asleep"})
	time.AfterFunc(duration, s.reading.Unlock)
}

func (s *sessions) awake() {
	s.reading.RLock()
	s.reading.RUnlock()
}

// add reports the peer's Hello when the first of its capabilities comes up.
func (s *sessions) add(peer *p2p.Peer, capability string, channel p2p.MsgReadWriter) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	address := peer.RemoteAddr().String()
	if s.byAddress[address] == nil {
		s.byAddress[address] = &session{peer, make(map[string]p2p.MsgReadWriter)}
		emit(helloEvent(peer))
	}
	s.byAddress[address].channels[capability] = channel
}

// watch reports the end of each session.
func (s *sessions) watch(changes <-chan *p2p.PeerEvent) {
	for change := range changes {
		if change.Type == p2p.PeerEventTypeDrop {
			s.remove(change.RemoteAddress, change.Error)
		}
	}
}

func (s *sessions) remove(address, text string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	emit(disconnectEvent(s.byAddress[address].peer, text))
	delete(s.byAddress, address)
}

// send writes one message, or more, to every peer that shares the capability.
func (s *sessions) send(c command) {
	sent := newMessages()
	for range max(1, c.Count) {
		payload, err := c.payload()
		if err == nil {
			err = s.writeAll(c.Capability, c.ID, payload)
		}
		if err != nil {
			emit(event{"event": "error", "error": err.Error()})
			return
		}
		sent.add(payload)
	}
	emit(messagesEvent("sent", c.Capability, c.ID, sent))
}

func (s *sessions) writeAll(capability string, id uint64, payload []byte) error {
	channels := s.channels(capability)
	if len(channels) == 0 {
		return errNotShared
	}
	for _, channel := range channels {
		if err := write(channel, id, payload); err != nil {
			return err
		}
	}
	return nil
}

func (s *sessions) channels(capability string) []p2p.MsgReadWriter {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var channels []p2p.MsgReadWriter
	for _, session := range s.byAddress {
		if channel := session.channels[capability]; channel != nil {
			channels = append(channels, channel)
		}
	}
	return channels
}

// disconnect ends every session.
func (s *sessions) disconnect(reason p2p.DiscReason) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, session := range s.byAddress {
		session.peer.Disconnect(reason)
	}
}

func write(channel p2p.MsgReadWriter, id uint64, payload []byte) error {
	return channel.WriteMsg(p2p.Msg{Code: id, Size: uint32(len(payload)), Payload: bytes.NewReader(payload)})
}
