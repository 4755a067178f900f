package dataset

import (
	"sync"

	"quire/go-peer/wire"
)

// Store is the datasets that are here, by manifest and by tree.
type Store struct {
	mutex      sync.RWMutex
	byManifest map[wire.CID]*Dataset
	byTree     map[wire.CID]*Dataset
}

// NewStore is empty.
func NewStore() *Store {
	return &Store{byManifest: map[wire.CID]*Dataset{}, byTree: map[wire.CID]*Dataset{}}
}

// Add begins to offer a dataset.
func (s *Store) Add(d *Dataset) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.byManifest[d.CID] = d
	s.byTree[d.Manifest.Tree] = d
}

// Manifest is the bytes of a manifest; nil where it is not here.
func (s *Store) Manifest(cid wire.CID) []byte {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	if d := s.byManifest[cid]; d != nil {
		return d.Encoded
	}
	return nil
}

// Tree is the dataset with a tree; nil where it is not here.
func (s *Store) Tree(cid wire.CID) *Dataset {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.byTree[cid]
}
