using Grpc.Core;
using Recsys.V1;

namespace Recsys.ServerTests.Running;

/// <summary>A client of each service.</summary>
internal sealed class Clients(CallInvoker invoker)
{
    public CallInvoker Invoker => invoker;

    public EventService.EventServiceClient Events { get; } = new(invoker);

    public RecommendationService.RecommendationServiceClient Lists { get; } = new(invoker);

    public CatalogService.CatalogServiceClient Catalog { get; } = new(invoker);

    public UserService.UserServiceClient Users { get; } = new(invoker);

    public PreferenceService.PreferenceServiceClient Preferences { get; } = new(invoker);

    public ModelService.ModelServiceClient Models { get; } = new(invoker);

    public PlacementService.PlacementServiceClient Placements { get; } = new(invoker);

    public ExperimentService.ExperimentServiceClient Experiments { get; } = new(invoker);

    public AccessService.AccessServiceClient Access { get; } = new(invoker);
}
