CREATE TABLE contracts_deposit (
	contract_account_id UUID NOT NULL, 
	amount BIGINT NOT NULL, 
	posting_set_id UUID NOT NULL, 
	reverses_id UUID, 
	moved_on DATE NOT NULL, 
	moved_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_contracts_deposit PRIMARY KEY (id), 
	CONSTRAINT ck_contracts_deposit_amount CHECK (amount <> 0), 
	CONSTRAINT fk_contracts_deposit_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT uq_contracts_deposit_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_contracts_deposit_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT uq_contracts_deposit_reverses_id UNIQUE (reverses_id), 
	CONSTRAINT fk_contracts_deposit_reverses_id FOREIGN KEY(reverses_id) REFERENCES contracts_deposit (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_contracts_deposit_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_contracts_deposit_contract_account_id ON contracts_deposit (contract_account_id)
-- ;
CREATE INDEX ix_contracts_deposit_entry_id ON contracts_deposit (entry_id)
-- ;
CREATE TRIGGER contracts_deposit_no_update BEFORE UPDATE OF "contract_account_id", "amount", "posting_set_id", "reverses_id", "moved_on", "moved_by", "reason", "id", "entry_id", "district_id", "hash" ON contracts_deposit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER contracts_deposit_no_delete BEFORE DELETE ON contracts_deposit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER contracts_deposit_no_truncate BEFORE TRUNCATE ON contracts_deposit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
