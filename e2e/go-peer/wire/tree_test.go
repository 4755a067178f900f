package wire_test

import (
	"testing"

	"quire/go-peer/wire"
)

func TestProofsAreThoseOfNativeNodes(t *testing.T) {
	for _, vector := range readVectors(t).Merkle.Proofs {
		proof := wire.Proof{Index: vector.Index, Leaves: vector.Nleaves}
		for _, node := range vector.Path {
			proof.Path = append(proof.Path, digestOf(t, node))
		}
		leaf, root := digestOf(t, vector.Leaf), digestOf(t, vector.Root)
		if err := proof.Verify(leaf, root); err != nil {
			t.Errorf("leaf %d of %d: %v", vector.Index, vector.Nleaves, err)
		}
		if err := proof.Verify(root, root); err == nil {
			t.Errorf("leaf %d of %d: another leaf passes", vector.Index, vector.Nleaves)
		}
	}
}

func TestEachLeafsOwnProofLeadsToTheRoot(t *testing.T) {
	for count := 1; count <= 17; count++ {
		leaves := make([]wire.Digest, count)
		for i := range leaves {
			leaves[i] = wire.Hash(wire.BlockCodec, []byte{byte(i)}).Digest
		}
		tree, err := wire.BuildTree(leaves)
		if err != nil {
			t.Fatal(err)
		}
		for i, leaf := range leaves {
			proof := tree.Proof(i)
			if err := proof.Verify(leaf, tree.CID().Digest); err != nil {
				t.Errorf("leaf %d of %d: %v", i, count, err)
			}
			proof.Leaves *= 2
			if err := proof.Verify(leaf, tree.CID().Digest); err == nil {
				t.Errorf("leaf %d of %d: the proof also passes for twice as many leaves", i, count)
			}
		}
	}
}
