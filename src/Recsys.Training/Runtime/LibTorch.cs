using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Recsys.Training.Runtime;

/// <summary>Loads libtorch and says in one line what is missing where it can't be.</summary>
internal static partial class LibTorch
{
    /// <summary>Loads the native libraries.</summary>
    /// <exception cref="TrainingException">They can't be loaded here; exit code <see cref="ExitCodes.NoLibTorch"/>.</exception>
    public static void Load()
    {
        try
        {
            // Loaded by ourselves first: TorchSharp would write its trace to standard output, where progress goes.
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, DllImportSearchPath.AssemblyDirectory);
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException)
        {
            throw new TrainingException(Explain(e.Message), ExitCodes.NoLibTorch);
        }
    }

    /// <summary>
    /// Lets the calling thread's products be computed by it alone. The native libraries keep that number a thread: one that the pool has just made would take what the machine has, share
    /// a product out, and change its last bit.
    /// </summary>
    public static void UseOneThread() => torch.set_num_threads(1);

    /// <summary>Lets the calling thread's products be shared out to so many.</summary>
    public static void UseThreads(int threads) => torch.set_num_threads(threads);

    /// <summary>The line for the loader's own words.</summary>
    public static string Explain(string loaderMessage)
    {
        var missing = MissingVersion().Match(loaderMessage);
        if (missing.Success)
        {
            return $"libtorch cannot be loaded: {Path.GetFileName(missing.Groups["library"].Value)} on this machine lacks {missing.Groups["version"].Value}. "
                + "Run ./recsys once with any command: its set-up installs a newer one";
        }
        var line = loaderMessage.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "no reason given";
        return $"libtorch cannot be loaded on {RuntimeInformation.RuntimeIdentifier} ({Assembly.GetExecutingAssembly().GetName().Version}): {line}";
    }

    [GeneratedRegex("""(?<library>[^\s:]+): version [`'](?<version>[A-Za-z]+_[0-9.]+)' not found""")]
    private static partial Regex MissingVersion();
}
