using System.Runtime.CompilerServices;

namespace Recsys.Tests;

internal static class TestSetup
{
    // Tests that compute on every core hold the pool's few threads, and it grows by about one a second: an answer of Redis that lay in the socket was once read 12 s later.
    [ModuleInitializer]
    internal static void Apply() => ThreadPool.SetMinThreads(64, 64);
}
