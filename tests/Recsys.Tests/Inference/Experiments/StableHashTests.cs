using System.IO.Hashing;
using System.Text;
using Recsys.Inference.Experiments;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>The hash against the specification's vectors and .NET's own.</summary>
public sealed class StableHashTests
{
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    public void Hash_when_of_a_known_text_is_the_known_one(string text, ulong expected) => Assert.Equal(expected, StableHash.Of(text));

    [Fact]
    public void Hash_when_of_texts_of_any_length_and_seed_is_that_of_the_framework()
    {
        var random = new Random(7);
        for (var length = 0; length <= 200; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var seed = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            Assert.Equal(XxHash64.HashToUInt64(bytes, (long)seed), StableHash.Of(bytes, seed));
        }

        var text = string.Concat(Enumerable.Repeat("жü-", 500));
        Assert.Equal(XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text)), StableHash.Of(text));
    }
}
