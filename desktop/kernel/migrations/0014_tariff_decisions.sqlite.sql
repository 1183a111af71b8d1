CREATE TABLE tariffs_proposal (
	tariff_code TEXT NOT NULL, 
	version_code TEXT NOT NULL, 
	content TEXT NOT NULL, 
	content_sha256 BLOB NOT NULL, 
	proposed_by CHAR(32) NOT NULL, 
	proposed_by_name TEXT NOT NULL, 
	proposed_at DATETIME NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_tariffs_proposal PRIMARY KEY (id), 
	CONSTRAINT uq_tariffs_proposal_id_proposed_by_content_sha256 UNIQUE (id, proposed_by, content_sha256), 
	CONSTRAINT fk_tariffs_proposal_proposed_by FOREIGN KEY(proposed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_tariffs_proposal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_tariffs_proposal_entry_id ON tariffs_proposal (entry_id)
-- ;
CREATE INDEX ix_tariffs_proposal_tariff_code ON tariffs_proposal (tariff_code)
-- ;
CREATE INDEX ix_tariffs_proposal_version_code ON tariffs_proposal (version_code)
-- ;
CREATE TABLE tariffs_decision (
	proposal_id CHAR(32) NOT NULL, 
	proposed_by CHAR(32) NOT NULL, 
	content_sha256 BLOB NOT NULL, 
	decided_by CHAR(32) NOT NULL, 
	decided_by_name TEXT NOT NULL, 
	decided_at DATETIME NOT NULL, 
	approved BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_tariffs_decision PRIMARY KEY (id), 
	CONSTRAINT fk_tariffs_decision_proposal_id_proposed_by_content_sha256 FOREIGN KEY(proposal_id, proposed_by, content_sha256) REFERENCES tariffs_proposal (id, proposed_by, content_sha256), 
	CONSTRAINT ck_tariffs_decision_two_people CHECK (decided_by <> proposed_by), 
	CONSTRAINT uq_tariffs_decision_proposal_id UNIQUE (proposal_id), 
	CONSTRAINT fk_tariffs_decision_decided_by FOREIGN KEY(decided_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_tariffs_decision_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_tariffs_decision_entry_id ON tariffs_decision (entry_id)
-- ;
CREATE TRIGGER tariffs_decision_no_update BEFORE UPDATE OF "proposal_id", "proposed_by", "content_sha256", "decided_by", "decided_by_name", "decided_at", "approved", "reason", "id", "entry_id", "district_id", "hash" ON tariffs_decision
BEGIN SELECT RAISE(ABORT, 'tariffs_decision: rows are kept as they were written'); END
-- ;
CREATE TRIGGER tariffs_decision_no_delete BEFORE DELETE ON tariffs_decision
BEGIN SELECT RAISE(ABORT, 'tariffs_decision: rows are never deleted'); END
-- ;
CREATE TRIGGER tariffs_decision_no_replace BEFORE INSERT ON tariffs_decision
WHEN EXISTS (SELECT 1 FROM tariffs_decision WHERE ("id" = NEW."id") OR ("proposal_id" = NEW."proposal_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: tariffs_decision'); END
-- ;
CREATE TRIGGER tariffs_proposal_no_update BEFORE UPDATE OF "tariff_code", "version_code", "content", "content_sha256", "proposed_by", "proposed_by_name", "proposed_at", "id", "entry_id", "district_id", "hash" ON tariffs_proposal
BEGIN SELECT RAISE(ABORT, 'tariffs_proposal: rows are kept as they were written'); END
-- ;
CREATE TRIGGER tariffs_proposal_no_delete BEFORE DELETE ON tariffs_proposal
BEGIN SELECT RAISE(ABORT, 'tariffs_proposal: rows are never deleted'); END
-- ;
CREATE TRIGGER tariffs_proposal_no_replace BEFORE INSERT ON tariffs_proposal
WHEN EXISTS (SELECT 1 FROM tariffs_proposal WHERE ("id" = NEW."id") OR ("id" = NEW."id" AND "proposed_by" = NEW."proposed_by" AND "content_sha256" = NEW."content_sha256"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: tariffs_proposal'); END
