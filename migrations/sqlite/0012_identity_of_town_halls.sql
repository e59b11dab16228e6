-- Other institutions know a town hall by its IDNO.
ALTER TABLE tenants ADD COLUMN idno TEXT NOT NULL DEFAULT '';
