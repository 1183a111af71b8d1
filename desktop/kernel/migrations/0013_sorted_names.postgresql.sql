TRUNCATE search_key
-- ;
DROP TABLE search_owner
-- ;
CREATE TABLE kernel_upkeep (
	kind VARCHAR(32) NOT NULL, 
	done_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	findings BIGINT NOT NULL, 
	CONSTRAINT pk_kernel_upkeep PRIMARY KEY (kind)
)
-- ;
CREATE TABLE search_owner (
	owner_id UUID NOT NULL, 
	owner_kind TEXT NOT NULL, 
	district_id UUID NOT NULL, 
	party_id UUID, 
	number TEXT NOT NULL, 
	title TEXT NOT NULL, 
	subtitle TEXT NOT NULL, 
	words TEXT NOT NULL, 
	sort_key TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT pk_search_owner PRIMARY KEY (owner_id)
)
-- ;
CREATE INDEX ix_search_owner_party_id ON search_owner (party_id)
-- ;
CREATE INDEX ix_search_owner_sorted ON search_owner (sort_key, number, owner_id) WHERE owner_kind = 'account'
-- ;
CREATE TABLE search_pending (
	owner_kind TEXT NOT NULL, 
	after UUID, 
	remaining BIGINT NOT NULL, 
	CONSTRAINT pk_search_pending PRIMARY KEY (owner_kind)
)
-- ;
CREATE TABLE counter_unprinted (
	receipt_id UUID NOT NULL, 
	CONSTRAINT pk_counter_unprinted PRIMARY KEY (receipt_id), 
	CONSTRAINT fk_counter_unprinted_receipt_id FOREIGN KEY(receipt_id) REFERENCES counter_receipt (id)
)
