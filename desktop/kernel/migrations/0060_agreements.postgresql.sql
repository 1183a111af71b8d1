CREATE TABLE ledger_agreement (
	contract_account_id UUID NOT NULL, 
	position BIGINT NOT NULL, 
	agreed_on DATE NOT NULL, 
	agreed_by TEXT NOT NULL, 
	words TEXT NOT NULL, 
	amount BIGINT NOT NULL, 
	parts TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_ledger_agreement PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_agreement_contract_account_id_position UNIQUE (contract_account_id, position), 
	CONSTRAINT ck_ledger_agreement_amount CHECK (amount > 0), 
	CONSTRAINT fk_ledger_agreement_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_ledger_agreement_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_agreement_entry_id ON ledger_agreement (entry_id)
-- ;
CREATE TABLE ledger_agreement_ended (
	agreement_id UUID NOT NULL, 
	ended_on DATE NOT NULL, 
	ended_by TEXT NOT NULL, 
	words TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_ledger_agreement_ended PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_agreement_ended_agreement_id UNIQUE (agreement_id), 
	CONSTRAINT fk_ledger_agreement_ended_agreement_id FOREIGN KEY(agreement_id) REFERENCES ledger_agreement (id), 
	CONSTRAINT fk_ledger_agreement_ended_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_ledger_agreement_ended_entry_id ON ledger_agreement_ended (entry_id)
-- ;
CREATE TRIGGER ledger_agreement_no_update BEFORE UPDATE OF "contract_account_id", "position", "agreed_on", "agreed_by", "words", "amount", "parts", "id", "entry_id", "district_id", "hash" ON ledger_agreement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_agreement_no_delete BEFORE DELETE ON ledger_agreement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_agreement_no_truncate BEFORE TRUNCATE ON ledger_agreement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_agreement_ended_no_update BEFORE UPDATE OF "agreement_id", "ended_on", "ended_by", "words", "id", "entry_id", "district_id", "hash" ON ledger_agreement_ended
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_agreement_ended_no_delete BEFORE DELETE ON ledger_agreement_ended
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER ledger_agreement_ended_no_truncate BEFORE TRUNCATE ON ledger_agreement_ended
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
