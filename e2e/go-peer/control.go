package main

import (
	"context"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"

	"quire/go-peer/dataset"
	"quire/go-peer/exchange"
	"quire/go-peer/node"
	"quire/go-peer/wire"
)

const (
	findCount    = 8
	findTimeout  = 30 * time.Second
	fetchTimeout = 10 * time.Minute
)

type control struct {
	host     host.Host
	store    *dataset.Store
	exchange *exchange.Exchange
	kademlia *node.Kademlia
	out      *events
}

// takeCommands runs each command beside the others; resolves when no more can come.
func (c *control) takeCommands(ctx context.Context, commands <-chan command) error {
	for {
		select {
		case next, isMore := <-commands:
			if !isMore {
				return nil
			}
			go func() {
				result, err := c.obey(ctx, next)
				c.out.answer(next.ID, result, err)
			}()
		case <-ctx.Done():
			return nil
		}
	}
}

func (c *control) obey(ctx context.Context, next command) (any, error) {
	switch next.Cmd {
	case "serve":
		return c.serve(next)
	case "fetch":
		return c.fetch(ctx, next)
	case "dial":
		return c.dial(ctx, next.Addresses)
	case "provide":
		return c.provide(ctx, next)
	case "find":
		return c.find(ctx, next)
	case "addresses":
		return ownAddresses(c.host), nil
	case "connections":
		return connections(c.host), nil
	}
	return nil, fmt.Errorf("there is no command %q", next.Cmd)
}

func (c *control) serve(next command) (any, error) {
	naming := dataset.Naming{Name: next.Name, Type: next.Type, BlockSize: next.BlockSize}
	d, err := dataset.Open(next.Path, naming)
	if err != nil {
		return nil, err
	}
	c.store.Add(d)
	return map[string]any{"cid": d.CID.String(), "treeCid": d.Manifest.Tree.String(), "sizeBytes": d.Manifest.Size}, nil
}

func (c *control) fetch(ctx context.Context, next command) (any, error) {
	cid, err := wire.CIDFromText(next.CID)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	startedAt := time.Now()
	holders, err := c.holders(ctx, cid, next.Addresses)
	if err != nil {
		return nil, err
	}
	foundAt := time.Now()
	fetched, err := c.exchange.Fetch(ctx, cid, holders, next.Path)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"sizeBytes":     fetched.Dataset.Manifest.Size,
		"name":          fetched.Dataset.Manifest.Name,
		"interruptions": append([]string{}, fetched.Interruptions...),
		"findMs":        foundAt.Sub(startedAt).Milliseconds(),
		"fetchMs":       time.Since(foundAt).Milliseconds(),
		"over":          connections(c.host),
	}, nil
}

// holders are peers that are connected; who cannot be reached is left out while there are others.
func (c *control) holders(ctx context.Context, cid wire.CID, addresses []string) ([]peer.ID, error) {
	infos, err := parsePeers(addresses)
	if err == nil && len(infos) == 0 {
		infos, err = c.kademlia.Find(ctx, cid, findCount)
	}
	if err != nil {
		return nil, err
	}
	var ids []peer.ID
	err = fmt.Errorf("nobody is known to hold %s", cid)
	for _, info := range infos {
		if info.ID == c.host.ID() {
			continue
		}
		if err = c.connect(ctx, info); err == nil {
			ids = append(ids, info.ID)
		}
	}
	if len(ids) > 0 {
		return ids, nil
	}
	return nil, err
}

// connect remembers the addresses for as long as this process runs, so that a fetch can dial again.
func (c *control) connect(ctx context.Context, info peer.AddrInfo) error {
	c.host.Peerstore().AddAddrs(info.ID, info.Addrs, peerstore.PermanentAddrTTL)
	return c.host.Connect(exchange.Relayed(ctx), info)
}

func (c *control) dial(ctx context.Context, addresses []string) (any, error) {
	infos, err := parsePeers(addresses)
	if err != nil {
		return nil, err
	}
	for _, info := range infos {
		if err := c.connect(ctx, info); err != nil {
			return nil, err
		}
	}
	return connections(c.host), nil
}

func (c *control) provide(ctx context.Context, next command) (any, error) {
	cid, err := wire.CIDFromText(next.CID)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	return ownAddresses(c.host), c.kademlia.Provide(ctx, cid)
}

func (c *control) find(ctx context.Context, next command) (any, error) {
	cid, err := wire.CIDFromText(next.CID)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	infos, err := c.kademlia.Find(ctx, cid, findCount)
	found := make([][]string, 0, len(infos))
	for _, info := range infos {
		found = append(found, dialable(info))
	}
	return found, err
}
