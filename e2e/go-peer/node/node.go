// Package node is the libp2p host of this peer: one transport, a secp256k1 key, Kademlia, and a place at a relay.
package node

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	webrtc "github.com/libp2p/go-libp2p/p2p/transport/webrtc"
	webtransport "github.com/libp2p/go-libp2p/p2p/transport/webtransport"
)

// Transport is the one way in which a peer dials and is dialled.
type Transport string

// The transports.
const (
	TCP          Transport = "tcp"
	WebTransport Transport = "webtransport"
	WebRTCDirect Transport = "webrtc-direct"
)

// Options of a host.
type Options struct {
	Transport Transport
	// IP and Port to listen on; a Port of 0 takes a free one.
	IP   string
	Port int
	// Places at relays; without any, the peer is reached where it listens.
	Places *Places
}

// New starts a host that speaks as native nodes do: Noise and Yamux where the transport has nothing of its own.
func New(options Options) (host.Host, error) {
	key, _, err := crypto.GenerateSecp256k1Key(rand.Reader)
	if err != nil {
		return nil, err
	}
	transport, err := transportOptions(options)
	if err != nil {
		return nil, err
	}
	return libp2p.New(
		libp2p.Identity(key),
		libp2p.Security(noise.ID, noise.New),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.EnableRelay(),
		libp2p.UserAgent("Logos Storage"),
		libp2p.DisableMetrics(),
		transport,
		libp2p.AddrsFactory(options.Places.Announced),
		libp2p.ForceReachabilityPublic(),
	)
}

func transportOptions(options Options) (libp2p.Option, error) {
	family := "ip4"
	switch options.Transport {
	case TCP:
		listen := fmt.Sprintf("/%s/%s/tcp/%d", family, options.IP, options.Port)
		return libp2p.ChainOptions(libp2p.Transport(tcp.NewTCPTransport), libp2p.ListenAddrStrings(listen)), nil
	case WebTransport:
		listen := fmt.Sprintf("/%s/%s/udp/%d/quic-v1/webtransport", family, options.IP, options.Port)
		return libp2p.ChainOptions(libp2p.Transport(webtransport.New), libp2p.ListenAddrStrings(listen)), nil
	case WebRTCDirect:
		listen := fmt.Sprintf("/%s/%s/udp/%d/webrtc-direct", family, options.IP, options.Port)
		return libp2p.ChainOptions(libp2p.Transport(webrtc.New), libp2p.ListenAddrStrings(listen)), nil
	}
	return nil, errors.New("there is no transport " + string(options.Transport))
}
