package dataset_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"quire/go-peer/dataset"
	"quire/go-peer/wire"
)

// Made by running a native node: the trees of files of many sizes.
const liveFile = "../../../src/codec/vectors/codex-live.json"

type live struct {
	Size, BlockSize uint64
	TreeCID         string
}

func readLive(t *testing.T) (first, second []live) {
	t.Helper()
	text, err := os.ReadFile(liveFile)
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Vectors, Vectors2 []live }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all.Vectors, all.Vectors2
}

func writeFile(t *testing.T, size uint64, byteAt func(i uint64) byte) string {
	t.Helper()
	content := make([]byte, size)
	for i := range content {
		content[i] = byteAt(uint64(i))
	}
	path := filepath.Join(t.TempDir(), "content")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func checkTrees(t *testing.T, vectors []live, byteAt func(i uint64) byte) {
	t.Helper()
	for _, vector := range vectors {
		d, err := dataset.Open(writeFile(t, vector.Size, byteAt), dataset.Naming{BlockSize: vector.BlockSize})
		if vector.TreeCID == "" {
			if err == nil {
				t.Errorf("%d bytes have a tree", vector.Size)
			}
			continue
		}
		if err != nil || d.Manifest.Tree.String() != vector.TreeCID {
			t.Errorf("%d bytes in blocks of %d: %v", vector.Size, vector.BlockSize, err)
		}
	}
}

func TestFilesHaveTheTreesThatANativeNodeGaveThem(t *testing.T) {
	first, second := readLive(t)
	checkTrees(t, first, func(i uint64) byte { return byte(i*131 + (i>>8)*17 + 7) })
	checkTrees(t, second, func(i uint64) byte { return byte(i*131 + (i>>8)*17 + (i>>16)*29 + (i>>24)*101 + 7) })
}

func TestAFileHasTheManifestThatWasComputedForIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(path, []byte("some file contents"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := dataset.Open(path, dataset.Naming{Name: "a.txt", Type: "text/plain"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "zDvZRwzmCGDGy8X4vJ3dKMrtW51Ww5jxfHWCNrKAS5NZZ4cUutBP"; d.CID.String() != want {
		t.Errorf("it is %s", d.CID)
	}
}

func TestBlocksWithTheirProofsMakeTheFileAgain(t *testing.T) {
	path := writeFile(t, 5*wire.MinBlockBytes+17, func(i uint64) byte { return byte(i % 251) })
	from, err := dataset.Open(path, dataset.Naming{Name: "five", BlockSize: wire.MinBlockBytes})
	if err != nil {
		t.Fatal(err)
	}
	to, err := dataset.Begin(from.CID, from.Encoded, filepath.Join(t.TempDir(), "copy"))
	if err != nil {
		t.Fatal(err)
	}
	for _, index := range to.Claim([]wire.Range{{Start: 0, Count: 100}}, 1<<20) {
		block, err := from.Block(index)
		if err != nil {
			t.Fatal(err)
		}
		wrong := block
		wrong.Data = append([]byte{block.Data[0] + 1}, block.Data[1:]...)
		if err := to.Put(wrong); !errors.Is(err, dataset.ErrLie) {
			t.Errorf("block %d with a wrong byte: %v", index, err)
		}
		if err := to.Put(block); err != nil {
			t.Error(err)
		}
	}
	if d, err := to.Finish(); err != nil || d.CID != from.CID {
		t.Errorf("the copy: %v", err)
	}
}
