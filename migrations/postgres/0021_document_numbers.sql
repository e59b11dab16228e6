-- Documents are sought by the beginning of their numbers.
ALTER TABLE documents ALTER COLUMN number TYPE TEXT COLLATE "C";
CREATE INDEX documents_number ON documents (tenant, number);
