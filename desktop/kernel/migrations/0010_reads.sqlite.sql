CREATE TABLE metering_read_before AS SELECT register_id, read_on, read_at, value, reason, source, reader, rollover, origin, id, entry_id, district_id, hash FROM metering_read
-- ;
DROP TABLE metering_read
-- ;
CREATE TABLE metering_read (
	register_id CHAR(32) NOT NULL, 
	read_on DATE NOT NULL, 
	read_at DATETIME NOT NULL, 
	value BIGINT NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	source VARCHAR(32) NOT NULL, 
	reader TEXT NOT NULL, 
	rollover BOOLEAN NOT NULL, 
	origin TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	reversed BIGINT NOT NULL, 
	bills BIGINT NOT NULL, 
	CONSTRAINT pk_metering_read PRIMARY KEY (id), 
	CONSTRAINT fk_metering_read_register_id FOREIGN KEY(register_id) REFERENCES metering_register (id), 
	CONSTRAINT fk_metering_read_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_metering_read_entry_id ON metering_read (entry_id)
-- ;
CREATE INDEX ix_metering_read_origin ON metering_read (origin)
-- ;
CREATE UNIQUE INDEX uq_metering_read_live ON metering_read (register_id, read_on, reason) WHERE reversed = 0
-- ;
INSERT INTO metering_read (register_id, read_on, read_at, value, reason, source, reader, rollover, origin, id, entry_id, district_id, hash, reversed, bills) SELECT register_id, read_on, read_at, value, reason, source, reader, rollover, origin, id, entry_id, district_id, hash, 0, 0 FROM metering_read_before
-- ;
DROP TABLE metering_read_before
-- ;
CREATE TABLE metering_read_billed AS SELECT key AS id, count(*) AS bills FROM (
  SELECT replace(json_extract(r.value, '$.current_read_id'), '-', '') AS key FROM billing_bill b, json_each(b.trace, '$.reads') r
  UNION ALL
  SELECT replace(json_extract(r.value, '$.previous_read_id'), '-', '') FROM billing_bill b, json_each(b.trace, '$.reads') r
) GROUP BY key
-- ;
UPDATE metering_read SET bills = (SELECT bills FROM metering_read_billed u WHERE u.id = metering_read.id) WHERE id IN (SELECT id FROM metering_read_billed)
-- ;
DROP TABLE metering_read_billed
-- ;
CREATE TRIGGER metering_read_no_update BEFORE UPDATE OF "register_id", "read_on", "read_at", "value", "reason", "source", "reader", "rollover", "origin", "id", "entry_id", "district_id", "hash" ON metering_read
BEGIN SELECT RAISE(ABORT, 'metering_read: rows are kept as they were written'); END
-- ;
CREATE TRIGGER metering_read_no_delete BEFORE DELETE ON metering_read
BEGIN SELECT RAISE(ABORT, 'metering_read: rows are never deleted'); END
-- ;
CREATE TRIGGER metering_read_no_replace BEFORE INSERT ON metering_read
WHEN EXISTS (SELECT 1 FROM metering_read WHERE ("id" = NEW."id") OR ("register_id" = NEW."register_id" AND "read_on" = NEW."read_on" AND "reason" = NEW."reason" AND reversed = 0 AND reversed = 0))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_read'); END
-- ;
CREATE TRIGGER metering_read_stays_reversed BEFORE UPDATE OF "reversed" ON metering_read
WHEN NEW."reversed" <> 1
BEGIN SELECT RAISE(ABORT, 'metering_read: a reversed read stays reversed'); END
-- ;
CREATE TABLE metering_exchange (
	old_installation_id CHAR(32) NOT NULL, 
	new_installation_id CHAR(32) NOT NULL, 
	exchanged_on DATE NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	entered_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
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
	read_id CHAR(32) NOT NULL, 
	reversed_at DATETIME NOT NULL, 
	reversed_by TEXT NOT NULL, 
	why TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_read_reversal PRIMARY KEY (id), 
	CONSTRAINT uq_metering_read_reversal_read_id UNIQUE (read_id), 
	CONSTRAINT fk_metering_read_reversal_read_id FOREIGN KEY(read_id) REFERENCES metering_read (id), 
	CONSTRAINT fk_metering_read_reversal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_metering_read_reversal_entry_id ON metering_read_reversal (entry_id)
-- ;
CREATE TABLE metering_read_photo (
	register_id CHAR(32) NOT NULL, 
	read_on DATE NOT NULL, 
	digest TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_read_photo PRIMARY KEY (id), 
	CONSTRAINT uq_metering_read_photo_register_id_read_on_digest UNIQUE (register_id, read_on, digest), 
	CONSTRAINT fk_metering_read_photo_register_id FOREIGN KEY(register_id) REFERENCES metering_register (id), 
	CONSTRAINT fk_metering_read_photo_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_metering_read_photo_entry_id ON metering_read_photo (entry_id)
-- ;
CREATE TABLE metering_doubtful_read (
	register_id CHAR(32) NOT NULL, 
	read_on DATE NOT NULL, 
	value BIGINT NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	source VARCHAR(32) NOT NULL, 
	reader TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	entered_at DATETIME NOT NULL, 
	entered_by TEXT NOT NULL, 
	entered_by_id CHAR(32) NOT NULL, 
	doubts TEXT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	open BIGINT NOT NULL, 
	decided_at DATETIME, 
	decided_by TEXT NOT NULL, 
	decided_by_id CHAR(32), 
	read_id CHAR(32), 
	basis TEXT NOT NULL, 
	proposed BIGINT, 
	rollover BOOLEAN NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
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
	register_id CHAR(32) NOT NULL, 
	doubtful_id CHAR(32) NOT NULL, 
	asked_on DATE NOT NULL, 
	asked_by TEXT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	answered_on DATE, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
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
	service_point_id CHAR(32) NOT NULL, 
	capacity BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
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
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_read_limits PRIMARY KEY (id), 
	CONSTRAINT uq_metering_read_limits_level UNIQUE (level), 
	CONSTRAINT fk_metering_read_limits_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_read_limits_entry_id ON metering_read_limits (entry_id)
-- ;
CREATE TRIGGER metering_read_reversal_no_update BEFORE UPDATE OF "read_id", "reversed_at", "reversed_by", "why", "id", "entry_id", "district_id", "hash" ON metering_read_reversal
BEGIN SELECT RAISE(ABORT, 'metering_read_reversal: rows are kept as they were written'); END
-- ;
CREATE TRIGGER metering_read_reversal_no_delete BEFORE DELETE ON metering_read_reversal
BEGIN SELECT RAISE(ABORT, 'metering_read_reversal: rows are never deleted'); END
-- ;
CREATE TRIGGER metering_read_reversal_no_replace BEFORE INSERT ON metering_read_reversal
WHEN EXISTS (SELECT 1 FROM metering_read_reversal WHERE ("id" = NEW."id") OR ("read_id" = NEW."read_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_read_reversal'); END
-- ;
CREATE TRIGGER metering_read_photo_no_update BEFORE UPDATE OF "register_id", "read_on", "digest", "id", "entry_id", "district_id", "hash" ON metering_read_photo
BEGIN SELECT RAISE(ABORT, 'metering_read_photo: rows are kept as they were written'); END
-- ;
CREATE TRIGGER metering_read_photo_no_delete BEFORE DELETE ON metering_read_photo
BEGIN SELECT RAISE(ABORT, 'metering_read_photo: rows are never deleted'); END
-- ;
CREATE TRIGGER metering_read_photo_no_replace BEFORE INSERT ON metering_read_photo
WHEN EXISTS (SELECT 1 FROM metering_read_photo WHERE ("id" = NEW."id") OR ("register_id" = NEW."register_id" AND "read_on" = NEW."read_on" AND "digest" = NEW."digest"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_read_photo'); END
