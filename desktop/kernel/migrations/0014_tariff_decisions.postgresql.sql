CREATE TABLE tariffs_proposal (
	tariff_code TEXT NOT NULL, 
	version_code TEXT NOT NULL, 
	content TEXT NOT NULL, 
	content_sha256 BYTEA NOT NULL, 
	proposed_by UUID NOT NULL, 
	proposed_by_name TEXT NOT NULL, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_tariffs_proposal PRIMARY KEY (id), 
	CONSTRAINT uq_tariffs_proposal_id_proposed_by_content_sha256 UNIQUE (id, proposed_by, content_sha256), 
	CONSTRAINT fk_tariffs_proposal_proposed_by FOREIGN KEY(proposed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_tariffs_proposal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_tariffs_proposal_entry_id ON tariffs_proposal (entry_id)
-- ;
CREATE INDEX ix_tariffs_proposal_tariff_code ON tariffs_proposal (tariff_code)
-- ;
CREATE INDEX ix_tariffs_proposal_version_code ON tariffs_proposal (version_code)
-- ;
CREATE TABLE tariffs_decision (
	proposal_id UUID NOT NULL, 
	proposed_by UUID NOT NULL, 
	content_sha256 BYTEA NOT NULL, 
	decided_by UUID NOT NULL, 
	decided_by_name TEXT NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	approved BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_tariffs_decision PRIMARY KEY (id), 
	CONSTRAINT fk_tariffs_decision_proposal_id_proposed_by_content_sha256 FOREIGN KEY(proposal_id, proposed_by, content_sha256) REFERENCES tariffs_proposal (id, proposed_by, content_sha256), 
	CONSTRAINT ck_tariffs_decision_two_people CHECK (decided_by <> proposed_by), 
	CONSTRAINT uq_tariffs_decision_proposal_id UNIQUE (proposal_id), 
	CONSTRAINT fk_tariffs_decision_decided_by FOREIGN KEY(decided_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_tariffs_decision_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_tariffs_decision_entry_id ON tariffs_decision (entry_id)
-- ;
CREATE TRIGGER tariffs_decision_no_update BEFORE UPDATE OF "proposal_id", "proposed_by", "content_sha256", "decided_by", "decided_by_name", "decided_at", "approved", "reason", "id", "entry_id", "district_id", "hash" ON tariffs_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER tariffs_decision_no_delete BEFORE DELETE ON tariffs_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER tariffs_decision_no_truncate BEFORE TRUNCATE ON tariffs_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER tariffs_proposal_no_update BEFORE UPDATE OF "tariff_code", "version_code", "content", "content_sha256", "proposed_by", "proposed_by_name", "proposed_at", "id", "entry_id", "district_id", "hash" ON tariffs_proposal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER tariffs_proposal_no_delete BEFORE DELETE ON tariffs_proposal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER tariffs_proposal_no_truncate BEFORE TRUNCATE ON tariffs_proposal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
