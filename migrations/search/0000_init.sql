-- The search index. All of it can be made anew from the main database: `npm run search:rebuild`.

-- One row for each product that was ever shown. What is no longer listed keeps its row without text,
-- so that news which come late cannot bring it back: a row gives way to a later bookmark of the main
-- database only, or to a later generation.
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  product_id TEXT NOT NULL UNIQUE,
  generation INTEGER NOT NULL,
  bookmark TEXT NOT NULL,
  listed INTEGER NOT NULL,
  merchant_id TEXT NOT NULL,
  -- { id, slug, name } of its own category, and "/id/slug/id/slug/" of that and all above it.
  category TEXT,
  shelves TEXT NOT NULL,
  featured INTEGER NOT NULL,
  in_stock INTEGER NOT NULL,
  sold INTEGER NOT NULL,
  -- Minor units by currency; "*" is the market that counts where no currency is asked for, in `currency`.
  prices TEXT NOT NULL,
  currency TEXT,
  tags TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL
);
CREATE INDEX documents_by_generation ON documents (generation);

CREATE VIRTUAL TABLE documents_fts USING fts5 (
  title, tags, description,
  content = 'documents', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO documents_fts (documents_fts, rank) VALUES ('rank', 'bm25(10.0, 2.0, 0.5)');

CREATE TRIGGER documents_inserted AFTER INSERT ON documents BEGIN
  INSERT INTO documents_fts (rowid, title, tags, description)
  VALUES (new.id, new.title, new.tags, new.description);
END;
CREATE TRIGGER documents_updated AFTER UPDATE OF title, tags, description ON documents
WHEN (new.title, new.tags, new.description) IS NOT (old.title, old.tags, old.description) BEGIN
  INSERT INTO documents_fts (documents_fts, rowid, title, tags, description)
  VALUES ('delete', old.id, old.title, old.tags, old.description);
  INSERT INTO documents_fts (rowid, title, tags, description)
  VALUES (new.id, new.title, new.tags, new.description);
END;
CREATE TRIGGER documents_deleted AFTER DELETE ON documents BEGIN
  INSERT INTO documents_fts (documents_fts, rowid, title, tags, description)
  VALUES ('delete', old.id, old.title, old.tags, old.description);
END;

-- The words of titles and tags, for whoever mistypes one: by their trigrams, and by what is left of
-- them without one letter (with a minus before it).
CREATE TABLE words (
  word TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TABLE word_parts (
  part TEXT NOT NULL,
  word TEXT NOT NULL,
  PRIMARY KEY (part, word)
) WITHOUT ROWID;

-- Each rebuild is a generation; `rebuilt` is the last that is complete.
CREATE TABLE index_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL,
  rebuilt INTEGER NOT NULL,
  changed_at INTEGER
);
INSERT INTO index_state (id, generation, rebuilt) VALUES (1, 1, 1);

-- What was looked for in vain.
CREATE TABLE zero_results (
  query TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL
);
CREATE INDEX zero_results_by_count ON zero_results (count, query);
CREATE INDEX zero_results_by_time ON zero_results (last_at);
