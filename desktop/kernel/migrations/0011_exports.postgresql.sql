CREATE TABLE papers_export_limit (
	persons BIGINT NOT NULL, 
	set_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	set_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_papers_export_limit PRIMARY KEY (id), 
	CONSTRAINT fk_papers_export_limit_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_papers_export_limit_entry_id ON papers_export_limit (entry_id)
-- ;
CREATE TABLE papers_export (
	hall_id UUID NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	user_id UUID NOT NULL, 
	exported_by TEXT NOT NULL, 
	exported_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	exported_on DATE NOT NULL, 
	list TEXT NOT NULL, 
	part TEXT NOT NULL, 
	owner_id UUID, 
	persons BIGINT NOT NULL, 
	limited BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_papers_export PRIMARY KEY (id), 
	CONSTRAINT uq_papers_export_hall_id_year_running UNIQUE (hall_id, year, running), 
	CONSTRAINT fk_papers_export_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_papers_export_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_papers_export_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_papers_export_entry_id ON papers_export (entry_id)
-- ;
CREATE INDEX ix_papers_export_owner_id ON papers_export (owner_id)
-- ;
CREATE INDEX ix_papers_export_user ON papers_export (user_id, exported_on)
-- ;
CREATE TRIGGER papers_export_no_update BEFORE UPDATE OF "hall_id", "year", "running", "user_id", "exported_by", "exported_at", "exported_on", "list", "part", "owner_id", "persons", "limited", "reason", "sha256", "id", "entry_id", "district_id", "hash" ON papers_export
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER papers_export_no_delete BEFORE DELETE ON papers_export
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER papers_export_no_truncate BEFORE TRUNCATE ON papers_export
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER papers_export_limit_no_update BEFORE UPDATE OF "persons", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON papers_export_limit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER papers_export_limit_no_delete BEFORE DELETE ON papers_export_limit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER papers_export_limit_no_truncate BEFORE TRUNCATE ON papers_export_limit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
