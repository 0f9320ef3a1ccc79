using System.CommandLine;

namespace Recsys.Server.Commands.Experiments;

/// <summary>`recsys experiments`: what experiments and logs of policies say.</summary>
internal static class ExperimentsCommand
{
    /// <summary>Builds the command line's part.</summary>
    public static Command Build() => new("experiments", "Estimate what another policy would have earned, from a log with propensities.") { new EstimateCommand().Build() };
}
