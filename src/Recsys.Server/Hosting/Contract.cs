using System.Reflection;

namespace Recsys.Server.Hosting;

/// <summary>The services of recsys.v1.</summary>
internal static class Contract
{
    public static IReadOnlyList<Google.Protobuf.Reflection.ServiceDescriptor> Services { get; } =
    [
        V1.EventService.Descriptor,
        V1.RecommendationService.Descriptor,
        V1.CatalogService.Descriptor,
        V1.UserService.Descriptor,
        V1.PreferenceService.Descriptor,
        V1.ModelService.Descriptor,
        V1.PlacementService.Descriptor,
        V1.ExperimentService.Descriptor,
        V1.AccessService.Descriptor,
    ];

    public static string ServerVersion { get; } =
        typeof(Contract).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
