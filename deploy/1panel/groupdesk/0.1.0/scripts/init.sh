#!/bin/bash
# 1Panel runs this before the first start: the image's user writes into ./data.
chown -R 65532:65532 data
