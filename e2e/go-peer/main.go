// Go-peer is a second implementation of Logos Storage’s wire, for tests alone: what Quire’s own mistakes would make
// agree with themselves, this does not understand.
//
//	flags ─▶ host (one transport) ─┬─ exchange ◀─ files that it serves or fetches
//	                               └─ Kademlia
//	commands, a line of JSON each ─▶ stdin    stdout ─▶ events: “listening”, “relayed”, “done”, “failed”
//
// It ends when its standard input does.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"

	"quire/go-peer/dataset"
	"quire/go-peer/exchange"
	"quire/go-peer/node"
)

type settings struct {
	options node.Options
	mode    node.Mode
	// Multiaddrs.
	relays, bootstrap []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, readFlags()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func readFlags() settings {
	overTCP := flag.Bool("tcp", false, "listen and dial over TCP alone, as native nodes do (the default)")
	overWebTransport := flag.Bool("webtransport", false, "listen and dial over WebTransport alone")
	overWebRTC := flag.Bool("webrtc-direct", false, "listen and dial over WebRTC Direct alone")
	ip := flag.String("ip", "127.0.0.1", "IPv4 address to listen on")
	port := flag.Int("port", 0, "port to listen on; 0 takes a free one")
	relays := flag.String("relay", "", "multiaddrs, with commas between them, of relays to have a place at")
	bootstrap := flag.String("bootstrap", "", "multiaddrs, with commas between them, of Kademlia servers")
	isServer := flag.Bool("kad-server", false, "answer others’ Kademlia questions")
	flag.Parse()
	s := settings{options: node.Options{Transport: node.TCP, IP: *ip, Port: *port}, mode: node.Client}
	switch {
	case *overTCP:
	case *overWebTransport:
		s.options.Transport = node.WebTransport
	case *overWebRTC:
		s.options.Transport = node.WebRTCDirect
	}
	if *isServer {
		s.mode = node.Server
	}
	s.relays, s.bootstrap = split(*relays), split(*bootstrap)
	return s
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func run(ctx context.Context, s settings) error {
	relays, err := parsePeers(s.relays)
	if err != nil {
		return err
	}
	bootstrap, err := parsePeers(s.bootstrap)
	if err != nil {
		return err
	}
	news := make(chan struct{}, 1)
	places := node.NewPlaces(func() {
		select {
		case news <- struct{}{}:
		default: // it will look at all of them
		}
	})
	s.options.Places = places
	h, err := node.New(s.options)
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }() // the process ends
	store := dataset.NewStore()
	kademlia, err := node.NewKademlia(ctx, h, s.mode, bootstrap)
	if err != nil {
		return err
	}
	out := newEvents(os.Stdout)
	out.say("listening", fields{"peerId": h.ID().String(), "addresses": ownAddresses(h)})
	go sayPlaces(h, places, news, out)
	for _, relay := range relays {
		go places.Hold(ctx, h, relay)
	}
	c := &control{host: h, store: store, exchange: exchange.New(h, store), kademlia: kademlia, out: out}
	return c.takeCommands(ctx, readCommands(os.Stdin))
}

// sayPlaces tells where this peer is reached through relays, whenever that changes.
func sayPlaces(h host.Host, places *node.Places, news <-chan struct{}, out *events) {
	for range news {
		out.say("relayed", fields{"addresses": dialable(peer.AddrInfo{ID: h.ID(), Addrs: places.List()})})
	}
}

func readCommands(file *os.File) <-chan command {
	commands := make(chan command)
	go func() {
		defer close(commands)
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			var c command
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				fmt.Fprintln(os.Stderr, "no command:", err)
				continue
			}
			commands <- c
		}
	}()
	return commands
}
