package wire

import (
	"crypto/sha256"
	"errors"
	"fmt"
)

// The byte after two nodes says where their parent is.
const (
	keyBottom = 1 // its children are leaves
	keyOdd    = 2 // it has a left child only; zeros stand for the right one
)

// Tree is a Merkle tree over the digests of blocks; the layers go from the leaves to the root.
type Tree struct {
	layers [][]Digest
}

// Proof leads from a leaf to the root: the sibling of each layer, zeros where there is none.
type Proof struct {
	Index  uint64
	Leaves uint64
	Path   []Digest
}

// BuildTree makes the tree of at least one leaf. Leaves are not hashed again; even a single one is combined once.
func BuildTree(leaves []Digest) (*Tree, error) {
	if len(leaves) == 0 {
		return nil, errors.New("a dataset has at least one block")
	}
	if len(leaves) > MaxLeaves {
		return nil, fmt.Errorf("%d blocks are more than %d", len(leaves), MaxLeaves)
	}
	layers := [][]Digest{leaves}
	for key := byte(keyBottom); len(layers) == 1 || len(layers[len(layers)-1]) > 1; key = 0 {
		below := layers[len(layers)-1]
		above := make([]Digest, 0, (len(below)+1)/2)
		for i := 0; i < len(below); i += 2 {
			if i+1 < len(below) {
				above = append(above, parent(below[i], below[i+1], key))
			} else {
				above = append(above, parent(below[i], Digest{}, key|keyOdd))
			}
		}
		layers = append(layers, above)
	}
	return &Tree{layers}, nil
}

// CID names the tree by its root.
func (t *Tree) CID() CID {
	return CID{Codec: TreeCodec, Digest: t.layers[len(t.layers)-1][0]}
}

// Leaf is the digest of a block.
func (t *Tree) Leaf(index int) Digest { return t.layers[0][index] }

// Proof of a leaf.
func (t *Tree) Proof(index int) Proof {
	proof := Proof{Index: uint64(index), Leaves: uint64(len(t.layers[0]))}
	for _, layer := range t.layers[:len(t.layers)-1] {
		var sibling Digest
		if at := index ^ 1; at < len(layer) {
			sibling = layer[at]
		}
		proof.Path = append(proof.Path, sibling)
		index >>= 1
	}
	return proof
}

// Verify tells whether the proof leads from leaf to root, for exactly that index and number of leaves.
func (p Proof) Verify(leaf, root Digest) error {
	if p.Leaves == 0 || p.Index >= p.Leaves {
		return fmt.Errorf("a proof for leaf %d of %d", p.Index, p.Leaves)
	}
	if want := depthOf(p.Leaves); len(p.Path) != want {
		return fmt.Errorf("a proof of %d steps, not %d", len(p.Path), want)
	}
	node, key := leaf, byte(keyBottom)
	at, width := p.Index, p.Leaves
	for _, sibling := range p.Path {
		switch {
		case at%2 == 1:
			node = parent(sibling, node, key)
		case at == width-1:
			node = parent(node, sibling, key|keyOdd)
		default:
			node = parent(node, sibling, key)
		}
		key, at, width = 0, at>>1, width/2+width%2
	}
	if node != root {
		return errors.New("a proof that leads elsewhere")
	}
	return nil
}

func depthOf(leaves uint64) int {
	depth := 1
	for width := leaves/2 + leaves%2; width > 1; width = width/2 + width%2 {
		depth++
	}
	return depth
}

func parent(left, right Digest, key byte) Digest {
	var joined [2*sha256.Size + 1]byte
	copy(joined[:], left[:])
	copy(joined[sha256.Size:], right[:])
	joined[2*sha256.Size] = key
	return sha256.Sum256(joined[:])
}
