"""Document editions: freeze a snapshot, render it once, publish it. Reads all domain apps; none imports it."""
