CREATE TABLE invoices_batch (
	number TEXT NOT NULL, 
	exported_at DATETIME NOT NULL, 
	exported_by TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_invoices_batch PRIMARY KEY (id), 
	CONSTRAINT uq_invoices_batch_number UNIQUE (number), 
	CONSTRAINT fk_invoices_batch_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_invoices_batch_entry_id ON invoices_batch (entry_id)
-- ;
CREATE TABLE papers_note (
	kind TEXT NOT NULL, 
	number TEXT NOT NULL, 
	note TEXT NOT NULL, 
	noted_at DATETIME NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_papers_note PRIMARY KEY (id), 
	CONSTRAINT fk_papers_note_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_papers_note_entry_id ON papers_note (entry_id)
-- ;
CREATE INDEX ix_papers_note_paper ON papers_note (kind, number)
-- ;
CREATE TABLE invoices_invoice (
	batch_id CHAR(32) NOT NULL, 
	bill_id CHAR(32) NOT NULL, 
	red BOOLEAN NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	gross BIGINT NOT NULL, 
	tax BIGINT NOT NULL, 
	title TEXT NOT NULL, 
	tax_number TEXT NOT NULL, 
	address TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	bank TEXT NOT NULL, 
	bank_account TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_invoices_invoice PRIMARY KEY (id), 
	CONSTRAINT uq_invoices_invoice_bill_id_red UNIQUE (bill_id, red), 
	CONSTRAINT ck_invoices_invoice_colour CHECK ((red AND gross < 0) OR (NOT red AND gross > 0)), 
	CONSTRAINT fk_invoices_invoice_batch_id FOREIGN KEY(batch_id) REFERENCES invoices_batch (id), 
	CONSTRAINT fk_invoices_invoice_bill_id FOREIGN KEY(bill_id) REFERENCES billing_bill (id), 
	CONSTRAINT fk_invoices_invoice_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_invoices_invoice_batch_id ON invoices_invoice (batch_id)
-- ;
CREATE INDEX ix_invoices_invoice_entry_id ON invoices_invoice (entry_id)
-- ;
CREATE TABLE invoices_wish (
	contract_account_id CHAR(32) NOT NULL, 
	bill_id CHAR(32), 
	kind VARCHAR(32) NOT NULL, 
	title TEXT NOT NULL, 
	tax_number TEXT NOT NULL, 
	address TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	bank TEXT NOT NULL, 
	bank_account TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_invoices_wish PRIMARY KEY (id), 
	CONSTRAINT fk_invoices_wish_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT uq_invoices_wish_bill_id UNIQUE (bill_id), 
	CONSTRAINT fk_invoices_wish_bill_id FOREIGN KEY(bill_id) REFERENCES billing_bill (id), 
	CONSTRAINT fk_invoices_wish_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_invoices_wish_entry_id ON invoices_wish (entry_id)
-- ;
CREATE UNIQUE INDEX uq_invoices_wish_default ON invoices_wish (contract_account_id) WHERE bill_id IS NULL
-- ;
CREATE TABLE invoices_number (
	invoice_id CHAR(32) NOT NULL, 
	number TEXT NOT NULL, 
	issued_on DATE NOT NULL, 
	attached_at DATETIME NOT NULL, 
	attached_by TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_invoices_number PRIMARY KEY (id), 
	CONSTRAINT uq_invoices_number_invoice_id UNIQUE (invoice_id), 
	CONSTRAINT fk_invoices_number_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices_invoice (id), 
	CONSTRAINT uq_invoices_number_number UNIQUE (number), 
	CONSTRAINT fk_invoices_number_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_invoices_number_entry_id ON invoices_number (entry_id)
-- ;
CREATE TRIGGER invoices_batch_no_update BEFORE UPDATE OF "number", "exported_at", "exported_by", "sha256", "id", "entry_id", "district_id", "hash" ON invoices_batch
BEGIN SELECT RAISE(ABORT, 'invoices_batch: rows are kept as they were written'); END
-- ;
CREATE TRIGGER invoices_batch_no_delete BEFORE DELETE ON invoices_batch
BEGIN SELECT RAISE(ABORT, 'invoices_batch: rows are never deleted'); END
-- ;
CREATE TRIGGER invoices_batch_no_replace BEFORE INSERT ON invoices_batch
WHEN EXISTS (SELECT 1 FROM invoices_batch WHERE ("id" = NEW."id") OR ("number" = NEW."number"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: invoices_batch'); END
-- ;
CREATE TRIGGER invoices_invoice_no_update BEFORE UPDATE OF "batch_id", "bill_id", "red", "kind", "gross", "tax", "title", "tax_number", "address", "phone", "bank", "bank_account", "id", "entry_id", "district_id", "hash" ON invoices_invoice
BEGIN SELECT RAISE(ABORT, 'invoices_invoice: rows are kept as they were written'); END
-- ;
CREATE TRIGGER invoices_invoice_no_delete BEFORE DELETE ON invoices_invoice
BEGIN SELECT RAISE(ABORT, 'invoices_invoice: rows are never deleted'); END
-- ;
CREATE TRIGGER invoices_invoice_no_replace BEFORE INSERT ON invoices_invoice
WHEN EXISTS (SELECT 1 FROM invoices_invoice WHERE ("bill_id" = NEW."bill_id" AND "red" = NEW."red") OR ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: invoices_invoice'); END
-- ;
CREATE TRIGGER invoices_number_no_update BEFORE UPDATE OF "invoice_id", "number", "issued_on", "attached_at", "attached_by", "origin", "id", "entry_id", "district_id", "hash" ON invoices_number
BEGIN SELECT RAISE(ABORT, 'invoices_number: rows are kept as they were written'); END
-- ;
CREATE TRIGGER invoices_number_no_delete BEFORE DELETE ON invoices_number
BEGIN SELECT RAISE(ABORT, 'invoices_number: rows are never deleted'); END
-- ;
CREATE TRIGGER invoices_number_no_replace BEFORE INSERT ON invoices_number
WHEN EXISTS (SELECT 1 FROM invoices_number WHERE ("id" = NEW."id") OR ("invoice_id" = NEW."invoice_id") OR ("number" = NEW."number"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: invoices_number'); END
-- ;
CREATE TRIGGER papers_note_no_update BEFORE UPDATE OF "kind", "number", "note", "noted_at", "id", "entry_id", "district_id", "hash" ON papers_note
BEGIN SELECT RAISE(ABORT, 'papers_note: rows are kept as they were written'); END
-- ;
CREATE TRIGGER papers_note_no_delete BEFORE DELETE ON papers_note
BEGIN SELECT RAISE(ABORT, 'papers_note: rows are never deleted'); END
-- ;
CREATE TRIGGER papers_note_no_replace BEFORE INSERT ON papers_note
WHEN EXISTS (SELECT 1 FROM papers_note WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: papers_note'); END
