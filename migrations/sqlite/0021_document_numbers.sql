-- Documents are sought by the beginning of their numbers.
CREATE INDEX documents_number ON documents (tenant, number);
