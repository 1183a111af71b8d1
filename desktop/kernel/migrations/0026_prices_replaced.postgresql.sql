ALTER TABLE tariffs_version ADD COLUMN used BIGINT NOT NULL DEFAULT 0
-- ;
ALTER TABLE tariffs_version ADD COLUMN replaced BIGINT NOT NULL DEFAULT 0
-- ;
ALTER TABLE tariffs_version ALTER COLUMN used DROP DEFAULT
-- ;
ALTER TABLE tariffs_version ALTER COLUMN replaced DROP DEFAULT
-- ;
ALTER TABLE tariffs_version DROP CONSTRAINT uq_tariffs_version_tariff_id_valid_from
-- ;
ALTER TABLE tariffs_version ADD CONSTRAINT ck_tariffs_version_used_or_replaced CHECK (used = 0 OR replaced = 0)
-- ;
CREATE UNIQUE INDEX uq_tariffs_version_standing ON tariffs_version (tariff_id, valid_from) WHERE replaced = 0
-- ;
UPDATE tariffs_version SET used = 1 WHERE id IN (SELECT tariff_version_id FROM billing_bill UNION SELECT (p ->> 'version_id')::uuid FROM billing_bill b, jsonb_array_elements(coalesce(b.trace::jsonb -> 'parts', '[]'::jsonb)) p)
-- ;
CREATE TABLE tariffs_replacement (
	version_id UUID NOT NULL, 
	replaced_id UUID NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_tariffs_replacement PRIMARY KEY (id), 
	CONSTRAINT uq_tariffs_replacement_version_id UNIQUE (version_id), 
	CONSTRAINT fk_tariffs_replacement_version_id FOREIGN KEY(version_id) REFERENCES tariffs_version (id), 
	CONSTRAINT uq_tariffs_replacement_replaced_id UNIQUE (replaced_id), 
	CONSTRAINT fk_tariffs_replacement_replaced_id FOREIGN KEY(replaced_id) REFERENCES tariffs_version (id), 
	CONSTRAINT fk_tariffs_replacement_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_tariffs_replacement_entry_id ON tariffs_replacement (entry_id)
-- ;
CREATE TRIGGER tariffs_replacement_no_update BEFORE UPDATE OF "version_id", "replaced_id", "id", "entry_id", "district_id", "hash" ON tariffs_replacement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER tariffs_replacement_no_delete BEFORE DELETE ON tariffs_replacement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER tariffs_replacement_no_truncate BEFORE TRUNCATE ON tariffs_replacement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TABLE contracts_spell (
	contract_id UUID NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE, 
	power BIGINT NOT NULL, 
	first_day_charged BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	entered_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_contracts_spell PRIMARY KEY (id), 
	CONSTRAINT uq_contracts_spell_contract_id_kind_starts_on UNIQUE (contract_id, kind, starts_on), 
	CONSTRAINT fk_contracts_spell_contract_id FOREIGN KEY(contract_id) REFERENCES contracts_contract (id), 
	CONSTRAINT fk_contracts_spell_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_contracts_spell_entry_id ON contracts_spell (entry_id)
-- ;
CREATE TABLE billing_energy_correction (
	contract_account_id UUID NOT NULL, 
	contract_id UUID NOT NULL, 
	month DATE NOT NULL, 
	billed_with DATE NOT NULL, 
	energy BIGINT NOT NULL, 
	facts TEXT NOT NULL, 
	arithmetic TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	proposed_by UUID NOT NULL, 
	proposed_by_name TEXT NOT NULL, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_energy_correction PRIMARY KEY (id), 
	CONSTRAINT fk_billing_energy_correction_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_billing_energy_correction_contract_id FOREIGN KEY(contract_id) REFERENCES contracts_contract (id), 
	CONSTRAINT fk_billing_energy_correction_proposed_by FOREIGN KEY(proposed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_billing_energy_correction_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_energy_correction_contract_account_id ON billing_energy_correction (contract_account_id)
-- ;
CREATE INDEX ix_billing_energy_correction_entry_id ON billing_energy_correction (entry_id)
-- ;
CREATE TRIGGER billing_energy_correction_no_update BEFORE UPDATE OF "contract_account_id", "contract_id", "month", "billed_with", "energy", "facts", "arithmetic", "reason", "proposed_by", "proposed_by_name", "proposed_at", "id", "entry_id", "district_id", "hash" ON billing_energy_correction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_energy_correction_no_delete BEFORE DELETE ON billing_energy_correction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_energy_correction_no_truncate BEFORE TRUNCATE ON billing_energy_correction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TABLE billing_energy_decision (
	correction_id UUID NOT NULL, 
	proposed_by UUID NOT NULL, 
	decided_by UUID NOT NULL, 
	decided_by_name TEXT NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	approved BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_energy_decision PRIMARY KEY (id), 
	CONSTRAINT ck_billing_energy_decision_two_people CHECK (decided_by <> proposed_by), 
	CONSTRAINT uq_billing_energy_decision_correction_id UNIQUE (correction_id), 
	CONSTRAINT fk_billing_energy_decision_correction_id FOREIGN KEY(correction_id) REFERENCES billing_energy_correction (id), 
	CONSTRAINT fk_billing_energy_decision_decided_by FOREIGN KEY(decided_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_billing_energy_decision_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_energy_decision_entry_id ON billing_energy_decision (entry_id)
-- ;
CREATE TRIGGER billing_energy_decision_no_update BEFORE UPDATE OF "correction_id", "proposed_by", "decided_by", "decided_by_name", "decided_at", "approved", "reason", "id", "entry_id", "district_id", "hash" ON billing_energy_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_energy_decision_no_delete BEFORE DELETE ON billing_energy_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_energy_decision_no_truncate BEFORE TRUNCATE ON billing_energy_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
