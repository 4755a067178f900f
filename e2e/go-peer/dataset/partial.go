package dataset

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"quire/go-peer/wire"
)

type blockState byte

const (
	missing blockState = iota
	claimed
	present
)

// ErrLie says that a peer sent what contradicts the manifest.
var ErrLie = errors.New("a block that is not what the manifest says")

// Partial is a dataset on its way: which blocks are here, and which have been asked for.
type Partial struct {
	cid      wire.CID
	manifest wire.Manifest
	encoded  []byte
	path     string
	file     *os.File

	mutex  sync.Mutex
	states []blockState
	left   int
}

// Begin makes an empty file for the dataset that a manifest describes.
func Begin(cid wire.CID, encoded []byte, path string) (*Partial, error) {
	manifest, err := wire.DecodeManifest(encoded)
	if err != nil {
		return nil, err
	}
	count, err := manifest.Blocks()
	if err != nil {
		return nil, err
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &Partial{
		cid: cid, manifest: manifest, encoded: encoded, path: path, file: file,
		states: make([]blockState, count), left: count,
	}, nil
}

// Tree is the CID that blocks are asked for under.
func (p *Partial) Tree() wire.CID { return p.manifest.Tree }

// Blocks counts the blocks of the whole dataset.
func (p *Partial) Blocks() uint64 { return uint64(len(p.states)) }

// Left counts the blocks that are not here.
func (p *Partial) Left() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.left
}

// FirstMissing is the first block that is not here; 0 where all are.
func (p *Partial) FirstMissing() uint64 {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for i, state := range p.states {
		if state != present {
			return uint64(i)
		}
	}
	return 0
}

// Claim takes up to `bytes` of missing blocks out of `offered`, in order; nothing where there are none.
func (p *Partial) Claim(offered []wire.Range, bytes uint64) []uint64 {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	most := max(1, int(bytes/p.manifest.BlockSize))
	var indices []uint64
	for _, r := range offered {
		for i := r.Start; i-r.Start < r.Count && i < p.Blocks() && len(indices) < most; i++ {
			if p.states[i] == missing {
				p.states[i] = claimed
				indices = append(indices, i)
			}
		}
	}
	return indices
}

// Release gives back what was claimed and did not come.
func (p *Partial) Release(indices []uint64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, i := range indices {
		if p.states[i] == claimed {
			p.states[i] = missing
		}
	}
}

// Put checks a block and writes it. Errors: ErrLie.
func (p *Partial) Put(block wire.Block) error {
	if err := p.check(block); err != nil {
		return fmt.Errorf("%w: %w", ErrLie, err)
	}
	if _, err := p.file.WriteAt(block.Data, int64(block.Index*p.manifest.BlockSize)); err != nil {
		return err
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.states[block.Index] != present {
		p.states[block.Index] = present
		p.left--
	}
	return nil
}

func (p *Partial) check(block wire.Block) error {
	switch {
	case block.Index >= p.Blocks():
		return fmt.Errorf("block %d of %d", block.Index, p.Blocks())
	case uint64(len(block.Data)) != p.manifest.BlockSize:
		return fmt.Errorf("a block of %d bytes", len(block.Data))
	case block.Proof.Index != block.Index || block.Proof.Leaves != p.Blocks():
		return fmt.Errorf("a proof for block %d of %d", block.Proof.Index, block.Proof.Leaves)
	case wire.Hash(wire.BlockCodec, block.Data) != block.CID:
		return errors.New("a block with another CID")
	}
	return block.Proof.Verify(block.CID.Digest, p.manifest.Tree.Digest)
}

// Finish cuts the zeros off and reads the whole file again: its tree and manifest must have the CIDs that were asked for.
func (p *Partial) Finish() (*Dataset, error) {
	if left := p.Left(); left > 0 {
		return nil, errors.Join(fmt.Errorf("%d blocks are missing", left), p.file.Close())
	}
	if err := errors.Join(p.file.Truncate(int64(p.manifest.Size)), p.file.Close()); err != nil {
		return nil, err
	}
	d, err := Open(p.path, Naming{Name: p.manifest.Name, Type: p.manifest.Type, BlockSize: p.manifest.BlockSize})
	if err != nil {
		return nil, err
	}
	if d.CID != p.cid {
		return nil, fmt.Errorf("the file became %s", d.CID)
	}
	return d, nil
}

// Abandon closes the file; what is in it stays.
func (p *Partial) Abandon() error { return p.file.Close() }
