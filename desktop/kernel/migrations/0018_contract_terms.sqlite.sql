CREATE TABLE contracts_terms (
	contract_id CHAR(32) NOT NULL, 
	valid_from DATE NOT NULL, 
	basis VARCHAR(32) NOT NULL, 
	capacity BIGINT NOT NULL, 
	contract_demand BIGINT NOT NULL, 
	power_factor_standard BIGINT NOT NULL, 
	threshold_extra BIGINT NOT NULL, 
	free BIGINT NOT NULL, 
	losses TEXT NOT NULL, 
	shares TEXT NOT NULL, 
	within_point_id CHAR(32), 
	entered_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_contracts_terms PRIMARY KEY (id), 
	CONSTRAINT uq_contracts_terms_contract_id_valid_from UNIQUE (contract_id, valid_from), 
	CONSTRAINT fk_contracts_terms_contract_id FOREIGN KEY(contract_id) REFERENCES contracts_contract (id), 
	CONSTRAINT fk_contracts_terms_within_point_id FOREIGN KEY(within_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_contracts_terms_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_contracts_terms_entry_id ON contracts_terms (entry_id)
-- ;
CREATE INDEX ix_contracts_terms_within_point_id ON contracts_terms (within_point_id)
