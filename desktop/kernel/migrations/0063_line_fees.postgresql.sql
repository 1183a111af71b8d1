CREATE TABLE treasury_bank_line_fee (
	line_id UUID NOT NULL, 
	amount BIGINT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_treasury_bank_line_fee PRIMARY KEY (id), 
	CONSTRAINT ck_treasury_bank_line_fee_amount CHECK (amount > 0), 
	CONSTRAINT uq_treasury_bank_line_fee_line_id UNIQUE (line_id), 
	CONSTRAINT fk_treasury_bank_line_fee_line_id FOREIGN KEY(line_id) REFERENCES treasury_bank_line (id), 
	CONSTRAINT fk_treasury_bank_line_fee_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_bank_line_fee_entry_id ON treasury_bank_line_fee (entry_id)
-- ;
CREATE TRIGGER treasury_bank_line_fee_no_update BEFORE UPDATE OF "line_id", "amount", "id", "entry_id", "district_id", "hash" ON treasury_bank_line_fee
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_bank_line_fee_no_delete BEFORE DELETE ON treasury_bank_line_fee
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_bank_line_fee_no_truncate BEFORE TRUNCATE ON treasury_bank_line_fee
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
