CREATE INDEX ix_billing_draft_position ON billing_draft (run_id, position)
-- ;
CREATE TABLE billing_share (
	run_id CHAR(32) NOT NULL, 
	job VARCHAR(32) NOT NULL, 
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	"after" BIGINT NOT NULL, 
	accounts BIGINT NOT NULL, 
	done BIGINT NOT NULL, 
	holder CHAR(32), 
	held_until DATETIME, 
	CONSTRAINT pk_billing_share PRIMARY KEY (run_id, job, first), 
	CONSTRAINT fk_billing_share_run_id FOREIGN KEY(run_id) REFERENCES billing_run (id)
)
