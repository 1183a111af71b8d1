import time
from tests.hall import *
def test_a(small, small_hall):
    t=time.time()
    assert small.app.verify()==[]
    print('verify',time.time()-t)
    print({k:v[0] for k,v in contents(small_hall).items()})
    t=time.time(); contents(small_hall); print(time.time()-t)
def test_b(billed):
    print(billed.ask(billing.bill_runs)[0])
    assert billed.app.verify()==[]
