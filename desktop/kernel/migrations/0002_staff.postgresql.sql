ALTER TABLE staff_grant DROP CONSTRAINT uq_staff_grant_user_id_role_id
-- ;
CREATE INDEX ix_staff_grant_user_id_role_id ON staff_grant (user_id, role_id)
-- ;
CREATE TABLE staff_proposal (
	user_id UUID NOT NULL, 
	role_id UUID NOT NULL, 
	proposed_by UUID NOT NULL, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_staff_proposal PRIMARY KEY (id), 
	CONSTRAINT uq_staff_proposal_id_proposed_by UNIQUE (id, proposed_by), 
	CONSTRAINT fk_staff_proposal_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_proposal_role_id FOREIGN KEY(role_id) REFERENCES staff_role (id), 
	CONSTRAINT fk_staff_proposal_proposed_by FOREIGN KEY(proposed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_proposal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_proposal_entry_id ON staff_proposal (entry_id)
-- ;
CREATE INDEX ix_staff_proposal_user_id ON staff_proposal (user_id)
-- ;
CREATE TABLE staff_decision (
	proposal_id UUID NOT NULL, 
	proposed_by UUID NOT NULL, 
	decided_by UUID NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	approved BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_staff_decision PRIMARY KEY (id), 
	CONSTRAINT fk_staff_decision_proposal_id_proposed_by FOREIGN KEY(proposal_id, proposed_by) REFERENCES staff_proposal (id, proposed_by), 
	CONSTRAINT ck_staff_decision_two_people CHECK (decided_by <> proposed_by), 
	CONSTRAINT uq_staff_decision_proposal_id UNIQUE (proposal_id), 
	CONSTRAINT fk_staff_decision_decided_by FOREIGN KEY(decided_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_decision_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_decision_entry_id ON staff_decision (entry_id)
-- ;
CREATE TABLE staff_standing (
	user_id UUID NOT NULL, 
	station_id UUID, 
	must_change BOOLEAN NOT NULL, 
	left_on DATE, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_staff_standing PRIMARY KEY (id), 
	CONSTRAINT uq_staff_standing_user_id UNIQUE (user_id), 
	CONSTRAINT fk_staff_standing_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_standing_station_id FOREIGN KEY(station_id) REFERENCES staff_station (id), 
	CONSTRAINT fk_staff_standing_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_standing_entry_id ON staff_standing (entry_id)
-- ;
CREATE TABLE staff_withdrawal (
	grant_id UUID NOT NULL, 
	withdrawn_by UUID NOT NULL, 
	withdrawn_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_staff_withdrawal PRIMARY KEY (id), 
	CONSTRAINT uq_staff_withdrawal_grant_id UNIQUE (grant_id), 
	CONSTRAINT fk_staff_withdrawal_grant_id FOREIGN KEY(grant_id) REFERENCES staff_grant (id), 
	CONSTRAINT fk_staff_withdrawal_withdrawn_by FOREIGN KEY(withdrawn_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_staff_withdrawal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_staff_withdrawal_entry_id ON staff_withdrawal (entry_id)
-- ;
CREATE TRIGGER staff_decision_no_update BEFORE UPDATE OF "proposal_id", "proposed_by", "decided_by", "decided_at", "approved", "reason", "id", "entry_id", "district_id", "hash" ON staff_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_decision_no_delete BEFORE DELETE ON staff_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_decision_no_truncate BEFORE TRUNCATE ON staff_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_proposal_no_update BEFORE UPDATE OF "user_id", "role_id", "proposed_by", "proposed_at", "reason", "id", "entry_id", "district_id", "hash" ON staff_proposal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_proposal_no_delete BEFORE DELETE ON staff_proposal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_proposal_no_truncate BEFORE TRUNCATE ON staff_proposal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_withdrawal_no_update BEFORE UPDATE OF "grant_id", "withdrawn_by", "withdrawn_at", "reason", "id", "entry_id", "district_id", "hash" ON staff_withdrawal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_withdrawal_no_delete BEFORE DELETE ON staff_withdrawal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER staff_withdrawal_no_truncate BEFORE TRUNCATE ON staff_withdrawal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
