package exchange

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"quire/go-peer/wire"
)

const (
	openTimeout    = 20 * time.Second
	sendTimeout    = 30 * time.Second
	requestTimeout = 60 * time.Second
)

var errClosed = errors.New("the peer’s stream ended")

// remote is a peer: one stream of ours, opened when there is something to send, and what is asked of them.
type remote struct {
	id       peer.ID
	exchange *Exchange

	mutex   sync.Mutex
	stream  network.Stream
	nextID  uint64
	pending map[uint64]chan wire.Response

	sending   sync.Mutex
	answering atomic.Bool
}

// read takes frames until the stream ends or breaks a rule; then everything asked of this peer has failed.
func (r *remote) read(s network.Stream) {
	for {
		kind, payload, err := wire.ReadFrame(s)
		if err == nil {
			err = r.take(s, kind, payload)
		}
		if err != nil {
			r.lost(s)
			return
		}
	}
}

func (r *remote) take(s network.Stream, kind wire.FrameType, payload []byte) error {
	switch kind {
	case wire.ControlFrame:
		message, err := wire.DecodeMessage(payload)
		if err != nil {
			return err
		}
		for _, presence := range message.Presences {
			r.exchange.onPresence(r.id, presence)
		}
		r.answerWants(message.Wants)
	case wire.RequestFrame:
		request, err := wire.DecodeRequest(payload)
		if err != nil {
			return err
		}
		return send(s, wire.ResponseFrame, r.exchange.answer(request).Encode())
	case wire.ResponseFrame:
		response, err := wire.DecodeResponse(payload)
		if err != nil {
			return err
		}
		r.deliver(response)
	}
	return nil
}

// deliver passes an answer on; one that nobody waits for came too late.
func (r *remote) deliver(response wire.Response) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if waiting := r.pending[response.ID]; waiting != nil {
		delete(r.pending, response.ID)
		waiting <- response
	}
}

func (r *remote) lost(s network.Stream) {
	_ = s.Reset() // it may have ended already
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.stream == s {
		r.stream = nil
	}
	for id, waiting := range r.pending {
		delete(r.pending, id)
		close(waiting)
	}
}

// ask sends a request and waits for its answer.
func (r *remote) ask(ctx context.Context, tree wire.CID, ranges []wire.Range) (wire.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	waiting := make(chan wire.Response, 1)
	r.mutex.Lock()
	id := r.nextID
	r.nextID++
	r.pending[id] = waiting
	r.mutex.Unlock()
	defer func() {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		delete(r.pending, id)
	}()
	if err := r.say(ctx, wire.RequestFrame, wire.Request{ID: id, Tree: tree, Ranges: ranges}.Encode()); err != nil {
		return wire.Response{}, err
	}
	select {
	case response, isThere := <-waiting:
		if !isThere {
			return wire.Response{}, errClosed
		}
		return response, nil
	case <-ctx.Done():
		return wire.Response{}, ctx.Err()
	}
}

// say sends a frame over our own stream, which is opened where there is none.
func (r *remote) say(ctx context.Context, kind wire.FrameType, payload []byte) error {
	r.sending.Lock()
	defer r.sending.Unlock()
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	if err := send(s, kind, payload); err != nil {
		r.lost(s)
		return err
	}
	return nil
}

func (r *remote) open(ctx context.Context) (network.Stream, error) {
	r.mutex.Lock()
	s := r.stream
	r.mutex.Unlock()
	if s != nil {
		return s, nil
	}
	ctx, cancel := context.WithTimeout(Relayed(ctx), openTimeout)
	defer cancel()
	s, err := r.exchange.host.NewStream(ctx, r.id, wire.ExchangeProtocol)
	if err != nil {
		return nil, err
	}
	r.mutex.Lock()
	r.stream = s
	r.mutex.Unlock()
	go r.read(s)
	return s, nil
}

func send(s network.Stream, kind wire.FrameType, payload []byte) error {
	if err := s.SetWriteDeadline(time.Now().Add(sendTimeout)); err != nil {
		return err
	}
	_, err := s.Write(wire.EncodeFrame(kind, payload))
	return err
}
