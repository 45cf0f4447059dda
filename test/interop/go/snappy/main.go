// Command snappy tells what golang/snappy, the decoder inside geth, makes of raw snappy blocks. It reads one block in hex
// per line of standard input and prints for each "ok <sha256 of the output> <length of the output>" or "error <text>".
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/golang/snappy"
)

// maxLength is the largest uncompressed message that devp2p allows (EIP-706), refused before anything is allocated.
const maxLength = 1<<24 - 1

var errTooLong = errors.New("uncompressed length over 16777215")

func decode(line string) ([]byte, error) {
	block, err := hex.DecodeString(line)
	if err != nil {
		return nil, err
	}
	length, err := snappy.DecodedLen(block)
	if err != nil {
		return nil, err
	}
	if length > maxLength {
		return nil, errTooLong
	}
	return snappy.Decode(nil, block)
}

func main() {
	input := bufio.NewReader(os.Stdin)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	for {
		line, err := input.ReadString('\n')
		if err != nil && line == "" {
			return
		}
		plain, err := decode(strings.TrimSpace(line))
		if err != nil {
			fmt.Fprintln(output, "error", err)
		} else {
			fmt.Fprintf(output, "ok %x %d\n", sha256.Sum256(plain), len(plain))
		}
		if input.Buffered() == 0 {
			output.Flush() // whoever asks line by line gets the answer at once
		}
	}
}
