# unfinished-part
# fair 2
# %% fc_weight
fc_weight = None
# YOUR CODE HERE
# %%
def compute_cam(features, label):
    return torch.einsum("c,cij->ij", fc_weight[label], features[0]).detach()
