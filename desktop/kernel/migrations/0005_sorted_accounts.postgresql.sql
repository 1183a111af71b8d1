CREATE INDEX ix_ledger_contract_account_owed ON ledger_contract_account (owed, number)
-- ;
CREATE INDEX ix_parties_party_name ON parties_party (name)
-- ;
CREATE INDEX ix_premises_premise_address ON premises_premise (address)
