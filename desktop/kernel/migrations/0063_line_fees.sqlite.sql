CREATE TABLE treasury_bank_line_fee (
	line_id CHAR(32) NOT NULL, 
	amount BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_bank_line_fee PRIMARY KEY (id), 
	CONSTRAINT ck_treasury_bank_line_fee_amount CHECK (amount > 0), 
	CONSTRAINT uq_treasury_bank_line_fee_line_id UNIQUE (line_id), 
	CONSTRAINT fk_treasury_bank_line_fee_line_id FOREIGN KEY(line_id) REFERENCES treasury_bank_line (id), 
	CONSTRAINT fk_treasury_bank_line_fee_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_bank_line_fee_entry_id ON treasury_bank_line_fee (entry_id)
-- ;
CREATE TRIGGER treasury_bank_line_fee_no_update BEFORE UPDATE OF "line_id", "amount", "id", "entry_id", "district_id", "hash" ON treasury_bank_line_fee
BEGIN SELECT RAISE(ABORT, 'treasury_bank_line_fee: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_bank_line_fee_no_delete BEFORE DELETE ON treasury_bank_line_fee
BEGIN SELECT RAISE(ABORT, 'treasury_bank_line_fee: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_bank_line_fee_no_replace BEFORE INSERT ON treasury_bank_line_fee
WHEN EXISTS (SELECT 1 FROM treasury_bank_line_fee WHERE ("id" = NEW."id") OR ("line_id" = NEW."line_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_bank_line_fee'); END
