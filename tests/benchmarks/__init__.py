"""What the portal costs, as ratios measured in one run: `make bench`.

Wall-clock times differ by a factor of two between machines and neighbours, so nothing here is compared with
a number of another run: each figure stands beside a reference measured a moment before or after it.
"""
