ALTER TABLE metering_read ADD COLUMN reversed BIGINT NOT NULL DEFAULT 0
-- ;
ALTER TABLE metering_read ADD COLUMN bills BIGINT NOT NULL DEFAULT 0
-- ;
ALTER TABLE metering_read ALTER COLUMN reversed DROP DEFAULT
-- ;
ALTER TABLE metering_read ALTER COLUMN bills DROP DEFAULT
-- ;
ALTER TABLE metering_read DROP CONSTRAINT uq_metering_read_register_id_read_on_reason
-- ;
CREATE INDEX ix_metering_read_origin ON metering_read (origin)
-- ;
CREATE UNIQUE INDEX uq_metering_read_live ON metering_read (register_id, read_on, reason) WHERE reversed = 0
-- ;
UPDATE metering_read m SET bills = u.bills FROM (
  SELECT key::uuid AS id, count(*) AS bills FROM (
    SELECT r ->> 'current_read_id' AS key FROM billing_bill b, jsonb_array_elements(b.trace::jsonb -> 'reads') r
    UNION ALL
    SELECT r ->> 'previous_read_id' FROM billing_bill b, jsonb_array_elements(b.trace::jsonb -> 'reads') r
  ) keys GROUP BY key
) u WHERE u.id = m.id
-- ;
CREATE TABLE metering_exchange (
	old_installation_id UUID NOT NULL, 
	new_installation_id UUID NOT NULL, 
	exchanged_on DATE NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	entered_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_exchange PRIMARY KEY (id), 
	CONSTRAINT uq_metering_exchange_old_installation_id UNIQUE (old_installation_id), 
	CONSTRAINT fk_metering_exchange_old_installation_id FOREIGN KEY(old_installation_id) REFERENCES metering_installation (id), 
	CONSTRAINT uq_metering_exchange_new_installation_id UNIQUE (new_installation_id), 
	CONSTRAINT fk_metering_exchange_new_installation_id FOREIGN KEY(new_installation_id) REFERENCES metering_installation (id), 
	CONSTRAINT fk_metering_exchange_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_exchange_entry_id ON metering_exchange (entry_id)
-- ;
CREATE TABLE metering_read_reversal (
	read_id UUID NOT NULL, 
	reversed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reversed_by TEXT NOT NULL, 
	why TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_read_reversal PRIMARY KEY (id), 
	CONSTRAINT uq_metering_read_reversal_read_id UNIQUE (read_id), 
	CONSTRAINT fk_metering_read_reversal_read_id FOREIGN KEY(read_id) REFERENCES metering_read (id), 
	CONSTRAINT fk_metering_read_reversal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_read_reversal_entry_id ON metering_read_reversal (entry_id)
-- ;
CREATE TABLE metering_read_photo (
	register_id UUID NOT NULL, 
	read_on DATE NOT NULL, 
	digest TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_read_photo PRIMARY KEY (id), 
	CONSTRAINT uq_metering_read_photo_register_id_read_on_digest UNIQUE (register_id, read_on, digest), 
	CONSTRAINT fk_metering_read_photo_register_id FOREIGN KEY(register_id) REFERENCES metering_register (id), 
	CONSTRAINT fk_metering_read_photo_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_read_photo_entry_id ON metering_read_photo (entry_id)
-- ;
CREATE TABLE metering_doubtful_read (
	register_id UUID NOT NULL, 
	read_on DATE NOT NULL, 
	value BIGINT NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	source VARCHAR(32) NOT NULL, 
	reader TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	entered_by TEXT NOT NULL, 
	entered_by_id UUID NOT NULL, 
	doubts TEXT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	open BIGINT NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	decided_by TEXT NOT NULL, 
	decided_by_id UUID, 
	read_id UUID, 
	basis TEXT NOT NULL, 
	proposed BIGINT, 
	rollover BOOLEAN NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_doubtful_read PRIMARY KEY (id), 
	CONSTRAINT fk_metering_doubtful_read_register_id FOREIGN KEY(register_id) REFERENCES metering_register (id), 
	CONSTRAINT fk_metering_doubtful_read_read_id FOREIGN KEY(read_id) REFERENCES metering_read (id), 
	CONSTRAINT fk_metering_doubtful_read_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_doubtful_read_decided_at ON metering_doubtful_read (decided_at)
-- ;
CREATE INDEX ix_metering_doubtful_read_entry_id ON metering_doubtful_read (entry_id)
-- ;
CREATE INDEX ix_metering_doubtful_read_origin ON metering_doubtful_read (origin)
-- ;
CREATE INDEX ix_metering_doubtful_read_register_id ON metering_doubtful_read (register_id)
-- ;
CREATE UNIQUE INDEX uq_metering_doubtful_read_open ON metering_doubtful_read (register_id, read_on, reason) WHERE open = 1
-- ;
CREATE TABLE metering_read_request (
	register_id UUID NOT NULL, 
	doubtful_id UUID NOT NULL, 
	asked_on DATE NOT NULL, 
	asked_by TEXT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	answered_on DATE, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_read_request PRIMARY KEY (id), 
	CONSTRAINT fk_metering_read_request_register_id FOREIGN KEY(register_id) REFERENCES metering_register (id), 
	CONSTRAINT fk_metering_read_request_doubtful_id FOREIGN KEY(doubtful_id) REFERENCES metering_doubtful_read (id), 
	CONSTRAINT fk_metering_read_request_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_read_request_doubtful_id ON metering_read_request (doubtful_id)
-- ;
CREATE INDEX ix_metering_read_request_entry_id ON metering_read_request (entry_id)
-- ;
CREATE UNIQUE INDEX uq_metering_read_request_open ON metering_read_request (register_id) WHERE state = 'open'
-- ;
CREATE TABLE metering_point_capacity (
	service_point_id UUID NOT NULL, 
	capacity BIGINT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_point_capacity PRIMARY KEY (id), 
	CONSTRAINT uq_metering_point_capacity_service_point_id UNIQUE (service_point_id), 
	CONSTRAINT fk_metering_point_capacity_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_metering_point_capacity_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_point_capacity_entry_id ON metering_point_capacity (entry_id)
-- ;
CREATE TABLE metering_read_limits (
	level VARCHAR(32) NOT NULL, 
	surge_percent BIGINT NOT NULL, 
	drop_percent BIGINT NOT NULL, 
	floor BIGINT NOT NULL, 
	same_periods BIGINT NOT NULL, 
	zero_periods BIGINT NOT NULL, 
	days_low BIGINT NOT NULL, 
	days_high BIGINT NOT NULL, 
	holding TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_read_limits PRIMARY KEY (id), 
	CONSTRAINT uq_metering_read_limits_level UNIQUE (level), 
	CONSTRAINT fk_metering_read_limits_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_read_limits_entry_id ON metering_read_limits (entry_id)
-- ;
CREATE TRIGGER metering_read_reversal_no_update BEFORE UPDATE OF "read_id", "reversed_at", "reversed_by", "why", "id", "entry_id", "district_id", "hash" ON metering_read_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_read_reversal_no_delete BEFORE DELETE ON metering_read_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_read_reversal_no_truncate BEFORE TRUNCATE ON metering_read_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_read_photo_no_update BEFORE UPDATE OF "register_id", "read_on", "digest", "id", "entry_id", "district_id", "hash" ON metering_read_photo
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_read_photo_no_delete BEFORE DELETE ON metering_read_photo
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_read_photo_no_truncate BEFORE TRUNCATE ON metering_read_photo
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
