// Package dataset holds what this peer serves and fetches: a file, its Merkle tree and its manifest.
package dataset

import (
	"errors"
	"fmt"
	"io"
	"os"

	"quire/go-peer/wire"
)

// Dataset is a whole file that is here; safe for several readers at once.
type Dataset struct {
	CID      wire.CID
	Manifest wire.Manifest
	// Encoded is the manifest as it is sent; other bytes would have another CID.
	Encoded []byte

	tree *wire.Tree
	file *os.File
}

// Naming is what a manifest says beside the content; a BlockSize of 0 means the usual one.
type Naming struct {
	Name, Type string
	BlockSize  uint64
}

// Open makes a dataset of a file, which must not change while it is served.
func Open(path string, naming Naming) (*Dataset, error) {
	if naming.BlockSize == 0 {
		naming.BlockSize = wire.DefaultBlockBytes
	}
	if err := wire.CheckBlockSize(naming.BlockSize); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	leaves, size, err := hashBlocks(file, naming.BlockSize)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	tree, err := wire.BuildTree(leaves)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	manifest := wire.Manifest{
		Tree: tree.CID(), BlockSize: naming.BlockSize, Size: size, Name: naming.Name, Type: naming.Type,
	}
	encoded := manifest.Encode()
	cid := wire.Hash(wire.ManifestCodec, encoded)
	return &Dataset{CID: cid, Manifest: manifest, Encoded: encoded, tree: tree, file: file}, nil
}

func hashBlocks(file io.Reader, blockSize uint64) ([]wire.Digest, uint64, error) {
	var leaves []wire.Digest
	var size uint64
	for {
		block := make([]byte, blockSize)
		n, err := io.ReadFull(file, block)
		if n > 0 {
			size += uint64(n)
			leaves = append(leaves, wire.Hash(wire.BlockCodec, block).Digest)
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return leaves, size, nil
		case err != nil:
			return nil, 0, err
		}
	}
}

// Blocks counts the blocks.
func (d *Dataset) Blocks() uint64 {
	return (d.Manifest.Size + d.Manifest.BlockSize - 1) / d.Manifest.BlockSize
}

// Block reads a block and its proof; the last one is filled up with zeros.
func (d *Dataset) Block(index uint64) (wire.Block, error) {
	if index >= d.Blocks() {
		return wire.Block{}, fmt.Errorf("block %d of %d", index, d.Blocks())
	}
	data := make([]byte, d.Manifest.BlockSize)
	if _, err := d.file.ReadAt(data, int64(index*d.Manifest.BlockSize)); err != nil && !errors.Is(err, io.EOF) {
		return wire.Block{}, err
	}
	return wire.Block{
		Index: index,
		CID:   wire.CID{Codec: wire.BlockCodec, Digest: d.tree.Leaf(int(index))},
		Data:  data,
		Proof: d.tree.Proof(int(index)),
	}, nil
}
