package main

import (
	"fmt"
	"strings"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// parsePeers reads multiaddrs that end with a peer id; several of one peer become one entry.
func parsePeers(texts []string) ([]peer.AddrInfo, error) {
	addresses := make([]ma.Multiaddr, 0, len(texts))
	for _, text := range texts {
		address, err := ma.NewMultiaddr(text)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		addresses = append(addresses, address)
	}
	return peer.AddrInfosFromP2pAddrs(addresses...)
}

// dialable is how others reach a peer, each address with its id at the end.
func dialable(info peer.AddrInfo) []string {
	addresses, err := peer.AddrInfoToP2pAddrs(&info)
	if err != nil {
		return nil
	}
	texts := make([]string, 0, len(addresses))
	for _, address := range addresses {
		texts = append(texts, address.String())
	}
	return texts
}

func ownAddresses(h host.Host) []string {
	return dialable(peer.AddrInfo{ID: h.ID(), Addrs: h.Addrs()})
}

func isRelayed(address string) bool { return strings.Contains(address, "/p2p-circuit") }
