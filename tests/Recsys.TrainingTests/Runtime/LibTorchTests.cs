using Recsys.Training.Runtime;

namespace Recsys.TrainingTests.Runtime;

public sealed class LibTorchTests
{
    [Fact]
    public void A_missing_symbol_version_is_named_with_its_cure()
    {
        const string Loader = """
            Unable to load shared library 'LibTorchSharp' or one of its dependencies.
            /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/runtimes/linux-x64/native/libLibTorchSharp.so)
            """;

        var message = LibTorch.Explain(Loader);

        Assert.Contains("libstdc++.so.6 on this machine lacks GLIBCXX_3.4.32", message);
        Assert.Contains("./recsys", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Other_reasons_are_passed_on_in_one_line() =>
        Assert.EndsWith(": no such file", LibTorch.Explain("no such file\nand much more"));

    [Fact]
    public void It_loads_here_and_multiplies_bfloat16_rightly()
    {
        LibTorch.Load();
        Assert.True(Precision.ProductIsRight());
    }
}
